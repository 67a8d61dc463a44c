/* The record of the visual standard. */
#include "preview.h"
#include "web/part_list.h"
#include "web/part_panel.h"
#include "web/part_record.h"
#include "web/part_timeline.h"

static void draw_head(struct html *h)
{
	struct link_view crumbs[] = {{either(h, "Incidents", "インシデント"), S("/list")},
				     {either(h, "Messaging, open", "メール基盤・未解決"), S("/list?view=open")}};
	struct str flags[] = {either(h, "Major incident", "重大インシデント")};
	struct link_view facts[] = {{either(h, "Mail", "メール"), S("/SVC-4")},
				    {either(h, "Minato Trading", "みなと商事"), S("/CUS-1")}};
	struct clock_view clocks[] = {
	    {.name = either(h, "Resolution", "解決"),
	     .tone = CLOCK_TONE_RUNNING,
	     .target = 2 * HOUR,
	     .left = 38 * MINUTE,
	     .open_for = DAY,
	     .due = preview_at(h, 11, 20),
	     .ticks = {50, 75, 90},
	     .tick_count = 3},
	    {.name = either(h, "Response", "応答"), .tone = CLOCK_TONE_MET, .target = 15 * MINUTE, .left = 9 * MINUTE},
	    {.name = either(h, "Next update to customer", "顧客への次回連絡"),
	     .tone = CLOCK_TONE_RUNNING,
	     .left = 13 * MINUTE,
	     .open_for = DAY,
	     .due = preview_at(h, 10, 55),
	     .note = either(h, "promised for 10:55", "10:55と約束済み")},
	};
	struct transition_view transitions[] = {
	    {S("resolve"), either(h, "Resolve", "解決"), S("?do=resolve"), true, S("s"), S(""), true},
	    {S("wait"), either(h, "Wait", "保留"), S("?do=wait"), true, S("")},
	    {S("assign"), either(h, "Assign", "割当て"), S("?do=assign"), true, S("a")},
	};
	struct link_view more[] = {{either(h, "Copy", "複製"), S("?do=copy")}};
	struct record_head_view head = {.crumbs = crumbs,
					.crumb_count = COUNT(crumbs),
					.position = either(h, "3 of 18", "18件中3件目"),
					.previous_url = S("/INC-1036"),
					.next_url = S("/INC-1051"),
					.number = S("INC-1042"),
					.title =
					    either(h, "Mail service down in Osaka", "大阪拠点でメールサービスが停止"),
					.state = {SHAPE_PROGRESS, either(h, "In progress", "対応中")},
					.priority = S("P1"),
					.flags = flags,
					.flag_count = 1,
					.facts = facts,
					.fact_count = COUNT(facts),
					.opened_at = preview_at(h, 9, 20),
					.opened = either(h, "Opened %s by phone", "%sに電話で受付"),
					.clocks = clocks,
					.clock_count = COUNT(clocks),
					.transitions = transitions,
					.transition_count = COUNT(transitions),
					.more = more,
					.more_count = 1,
					.print_url = S("?print=yes"),
					.here = either(h, "Rie Sato is reading this too", "佐藤 理恵さんも閲覧中")};

	draw_record_head(h, &head);
}

static void draw_which(struct html *h)
{
	struct pick_view show[] = {{either(h, "Everything", "すべて"), S("?show=all"), 23, .current = true},
				   {either(h, "Replies and mail", "返信とメール"), S("?show=messages"), 4},
				   {either(h, "Internal notes", "内部メモ"), S("?show=notes"), 3},
				   {either(h, "Changes of fields", "項目の変更"), S("?show=changes"), 11},
				   {either(h, "Escalations", "エスカレーション"), S("?show=escalations"), 2},
				   {either(h, "Links and events", "リンクと事象"), S("?show=links"), 3}};
	struct pick_view here[] = {
	    {either(h, "Tasks", "タスク"), S("#tasks"), -1, either(h, "3 of 5", "3/5")},
	    {either(h, "Approvals", "承認"), S("#approvals"), -1, either(h, "1 waiting", "1件待ち"), .bad = true},
	    {either(h, "Links", "リンク"), S("#links"), 5},
	    {either(h, "Files", "添付"), S("#files"), 2},
	    {either(h, "History", "履歴"), S("#history"), 23}};

	html(h, "<div class='which'><h2 id='show'>%t</h2><nav aria-labelledby='show'>", either(h, "Show", "表示"));
	draw_picks(h, show, COUNT(show));
	html(h, "</nav><h2 id='onrec'>%t</h2><nav aria-labelledby='onrec'>",
	     either(h, "On this record", "この記録の内容"));
	draw_picks(h, here, COUNT(here));
	html(h, "</nav></div>");
}

static void draw_what(struct html *h)
{
	struct composer_view composer = {
	    .action = S("/INC-1042/comments"),
	    .readers = either(h, "Aya Nishimura, 3 subscribers", "西村 彩さん、購読者3名"),
	    .can_reply = true,
	    .can_note = true,
	    .text = either(
		h,
		"Dear Ms Nishimura,\n\nWe are about to move the Osaka mailboxes to standby storage. This takes about "
		"15 minutes. Mail sent to you in the meantime is kept and will be delivered.",
		"西村様\n\nこれから大阪のメールボックスを予備のストレージへ切り替えます。所要時間は約15分です。"
		"その間に届いたメールは保管し、復旧後に配信いたします。")};
	struct template_view templates[] = {
	    {either(h, "Update of a major incident", "重大インシデントの経過報告"), S("?template=1")}};
	struct link_view files[] = {
	    {either(h, "outlook-error.png, 84 KB", "outlook-error.png（84 KB）"), S("/files/1")}};
	struct change_view changes[] = {{either(h, "Category", "分類"), either(h, "Mail, delivery", "メール・配信"),
					 either(h, "Storage, controller", "ストレージ・制御装置")},
					{either(h, "Affected CI", "影響CI"), S(""), S("osk-san02")},
					{either(h, "Known error", "既知の誤り"), S(""), S("KE-31")}};
	struct entry_view entries[] = {
	    {.kind = ENTRY_NOTE,
	     .at = preview_at(h, 10, 39),
	     .actor = either(h, "Kenji Mori", "森 健司"),
	     .body = either(
		 h,
		 "Rehearsed the failover on `osk-mail-store-b`: mounts cleanly, 14 minutes from start to first "
		 "login. Ready to begin the moment CHG-507 is approved. If it is still waiting at 10:50 I will "
		 "ring Mr Ito.",
		 "`osk-mail-store-b` で切替えを予行した。マウントは正常で、開始から最初のログインまで14分。CHG-507 "
		 "が承認され次第着手できる。10:50になっても承認待ちなら、伊藤さんに電話する。")},
	    {.kind = ENTRY_LINK,
	     .at = preview_at(h, 10, 31),
	     .actor = either(h, "Kenji Mori", "森 健司"),
	     .sentence = either(h, "%s linked a change", "%sがリンク"),
	     .link = {S("CHG-507"), S("/CHG-507")},
	     .link_title =
		 either(h, "Fail over Osaka mail store to standby array", "大阪メールストアを予備アレイへ切替え"),
	     .link_state = {SHAPE_WAITING, either(h, "Awaiting approval, 1 of 2", "承認待ち（2名中1名済み）")}},
	    {.kind = ENTRY_REPLY,
	     .at = preview_at(h, 10, 24),
	     .actor = either(h, "Yuki Tanaka", "田中 由紀"),
	     .sentence = either(h, "to Aya Nishimura and 3 subscribers", "西村 彩さんと購読者3名あて"),
	     .body =
		 either(h,
			"We have found the cause: the storage behind the Osaka mailboxes has failed. No mail is lost. "
			"Messages sent to you are being kept and will arrive once the service is back.\n\nOur next "
			"update follows by 10:55.",
			"原因が判明しました。大阪のメールボックスを収めたストレージの故障です。メールは失われておりませ"
			"ん。お客様あての"
			"メールは保管しており、復旧後に届きます。\n\n次のご連絡は10:55までにいたします。")},
	    {.kind = ENTRY_ALARM,
	     .at = preview_at(h, 10, 20),
	     .sentence = either(h, "Escalated at 50 % of resolution time", "解決目標の50％でエスカレーション"),
	     .body = either(
		 h,
		 "Functional: Rie Sato, lead of Messaging, was notified and acknowledged after 2 min. Next at 75 % "
		 "(10:50), hierarchical: service delivery manager.",
		 "機能的：メール基盤リーダー 佐藤 "
		 "理恵へ通知、2分後に確認済み。次は75％（10:50）、階層的：サービス提供責任者。")},
	    {.kind = ENTRY_CHANGE,
	     .at = preview_at(h, 9, 52),
	     .actor = either(h, "Kenji Mori", "森 健司"),
	     .sentence = either(h, "%s changed 3 fields", "%sが3項目を変更"),
	     .changes = changes,
	     .change_count = COUNT(changes)},
	    {.kind = ENTRY_MAIL,
	     .at = preview_at(h, 9, 38),
	     .actor = either(h, "Aya Nishimura", "西村 彩"),
	     .sentence = either(h, "Minato Trading, by mail", "みなと商事、メール"),
	     .files = files,
	     .file_count = 1,
	     .body = either(
		 h,
		 "None of the 46 people in our Osaka office can open Outlook since about ten past nine. It says "
		 "“cannot connect to server”. Webmail is dead as well.\n\nWe must send our order "
		 "confirmations before 11:30, otherwise the afternoon shipment is lost. Please hurry.",
		 "9時10分ごろから、大阪支店の46名全員がOutlookを開けません。「サーバーに接続できません」と表示されます"
		 "。"
		 "ウェブメールも使えません。\n\n11時30分までに注文確認書を送らないと、午後の出荷に間に合いません。"
		 "至急対応をお願いします。")},
	    {.kind = ENTRY_SYSTEM,
	     .icon = ICON_PHONE,
	     .at = preview_at(h, 9, 20),
	     .actor = either(h, "Yuki Tanaka", "田中 由紀"),
	     .sentence = either(h, "%s opened the incident", "%sがインシデントを登録"),
	     .body = either(h, "Caller reports that the Osaka branch cannot send or receive mail.",
			    "大阪支店でメールの送受信ができないとの申告。")},
	};
	struct timeline_view timeline = {.entries = entries,
					 .count = COUNT(entries),
					 .order_url = S("?order=oldest"),
					 .earlier_url = S("?before=1"),
					 .earlier_words =
					     either(h, "12 earlier entries from monitoring", "監視からの過去12件")};

	composer.templates = templates;
	composer.template_count = 1;
	html(h, "<div class='what'>");
	draw_composer(h, &composer);
	draw_timeline(h, &timeline);
	html(h, "</div>");
}

static void draw_property_panel(struct html *h)
{
	struct field_option people[] = {{S("mori"), either(h, "Kenji Mori", "森 健司"), true},
					{S("sato"), either(h, "Rie Sato", "佐藤 理恵"), false}};
	struct field_form_view assignee = {.form = FORM_CHOICE,
					   .name = S("assignee"),
					   .label = either(h, "Assignee", "担当者"),
					   .options = people,
					   .option_count = 2,
					   .required = true};
	struct property_view items[] = {
	    {either(h, "State", "状態"), .state = {SHAPE_PROGRESS, either(h, "In progress", "対応中")}},
	    {either(h, "Impact", "影響度"), either(h, "Critical", "重大"), .edit_url = S("?edit=impact")},
	    {either(h, "Urgency", "緊急度"), either(h, "High", "高"), .edit_url = S("?edit=urgency")},
	    {either(h, "Priority", "優先度"), .priority = S("P1"),
	     .note = either(h, "from impact and urgency", "影響度と緊急度から決定")},
	    {either(h, "Category", "分類"), either(h, "Storage, controller", "ストレージ・制御装置"),
	     .edit_url = S("?edit=category")},
	    {either(h, "Customer", "顧客"), either(h, "Minato Trading Co., Ltd.", "みなと商事株式会社"),
	     .url = S("/CUS-1"), .edit_url = S("?edit=customer")},
	    {either(h, "Caller", "申告者"), either(h, "Aya Nishimura", "西村 彩"), .edit_url = S("?edit=caller")},
	    {either(h, "Channel", "受付経路"), either(h, "Phone", "電話"), .edit_url = S("?edit=channel")},
	    {either(h, "Group", "グループ"), either(h, "Messaging", "メール基盤"), .edit_url = S("?edit=group")},
	    {either(h, "Assignee", "担当者"), .editing = &assignee},
	    {either(h, "Agreement", "合意"), either(h, "SLA-12, version 3", "SLA-12 第3版"), .url = S("/SLA-12")},
	    {either(h, "Security", "セキュリティ"), either(h, "No effect", "影響なし"),
	     .edit_url = S("?edit=security")}};
	struct properties_view properties = {items,          COUNT(items),   S("?edit=all"),
					     S("/INC-1042"), S("/INC-1042"), S("23")};

	draw_properties(h, &properties);
}

static void draw_links(struct html *h)
{
	struct item_view problem = {
	    S("PRB-88"), S("/PRB-88"),
	    either(h, "Array controller resets under snapshot load", "スナップショット負荷時に制御装置が再起動"),
	    .state = {SHAPE_PROGRESS, either(h, "Under investigation", "調査中")}};
	struct item_view duplicates[] = {
	    {S("INC-1045"), S("/INC-1045"), either(h, "Cannot log in to Outlook", "Outlookにログインできない"),
	     .state = {SHAPE_CLOSED, either(h, "Closed", "終了")}},
	    {S("INC-1047"), S("/INC-1047"), either(h, "Webmail error 503", "ウェブメールで503エラー"),
	     .state = {SHAPE_CLOSED, either(h, "Closed", "終了")}}};
	struct item_view service = {S("SVC-4"),
				    S("/SVC-4"),
				    either(h, "Mail", "メール"),
				    either(h, "46 users of 1 customer", "1顧客の46名に影響"),
				    {SHAPE_DOWN, either(h, "Down in Osaka", "大阪で停止")}};
	struct item_view ci = {S("CI-2041"), S("/CI-2041"), S("osk-mx01"),
			       .state = {SHAPE_DEGRADED, either(h, "1,204 mails queued", "1,204通が滞留")}};
	struct item_group affected[] = {{either(h, "Service", "サービス"), &service, 1},
					{either(h, "Configuration items", "構成品目"), &ci, 1}};
	struct item_group links[] = {{either(h, "Problem", "問題"), &problem, 1, true},
				     {either(h, "Duplicates", "重複"), duplicates, 2, true}};
	struct panel_head head = {S("affected"), either(h, "Affected", "影響範囲"), .url = S("/map"),
				  .words = either(h, "Impact map", "影響図")};

	panel_begin(h, &head);
	draw_items(h, affected, COUNT(affected));
	panel_end(h);
	head = (struct panel_head){S("links"),           either(h, "Links", "リンク"),
				   .url = S("?do=link"), .words = either(h, "Add link", "リンクを追加"),
				   .icon = ICON_PLUS,    .dialog = true};
	panel_begin(h, &head);
	draw_items(h, links, COUNT(links));
	panel_end(h);
}

static void draw_rest(struct html *h)
{
	struct task_view tasks[] = {
	    {either(h, "Rehearse failover", "切替えの予行"), either(h, "K. Mori", "森"), S("/TSK-3"), true},
	    {either(h, "Carry out failover", "切替えの実施"), either(h, "K. Mori", "森"), S("/TSK-4"), false}};
	struct file_view files[] = {{S("outlook-error.png"), S("/files/1"), 84000}};
	struct person people[] = {
	    {either(h, "Yuki Tanaka", "田中 由紀"), S("/people/tanaka"), S("")},
	    {either(h, "Aya Nishimura", "西村 彩"), S("/people/nishimura"), either(h, "customer", "顧客")}};
	struct history_view history = {23, true, true, preview_at(h, 10, 40), S("7f3a 90c1 5be2 … c21e"), S("")};
	struct panel_head head = {S("tasks"), either(h, "Tasks", "タスク"), either(h, "3 of 5 done", "5件中3件完了")};

	panel_begin(h, &head);
	draw_tasks(h, tasks, COUNT(tasks));
	panel_end(h);
	head = (struct panel_head){S("files"), either(h, "Files", "添付")};
	panel_begin(h, &head);
	draw_file_list(h, files, COUNT(files));
	panel_end(h);
	head = (struct panel_head){S("watchers"), either(h, "Watchers", "ウォッチ")};
	panel_begin(h, &head);
	draw_people(h, people, COUNT(people));
	panel_end(h);
	head = (struct panel_head){S("history"), either(h, "History", "履歴"), .url = S("/INC-1042/history"),
				   .words = either(h, "All entries", "全履歴")};
	panel_begin(h, &head);
	draw_history_proof(h, &history);
	panel_end(h);
}

void preview_record(struct html *h)
{
	struct key_hint keys[] = {{"c", NULL, either(h, "note", "メモ")},
				  {"r", NULL, either(h, "reply", "返信")},
				  {"j", "k", either(h, "next, previous", "次・前")},
				  {"?", NULL, either(h, "all keys", "キー一覧")}};
	struct page_view page;

	preview_page_begin(h, &page,
			   either(h, "INC-1042 Mail service down in Osaka", "INC-1042 大阪拠点でメールサービスが停止"),
			   "", 1);
	draw_head(h);
	html(h, "<div class='cols'>");
	draw_which(h);
	draw_what(h);
	html(h, "<aside class='about' aria-label='%a'>", either(h, "Properties", "属性"));
	draw_property_panel(h);
	draw_links(h);
	draw_rest(h);
	html(h, "</aside></div>");
	draw_keys(h, keys, COUNT(keys));
	page_end(h, &page);
}
