/* The list, my work, a new record and signing in, as in the visual standard. */
#include "base/arena.h"
#include "preview.h"
#include "web/part_field.h"
#include "web/part_home.h"
#include "web/part_list.h"
#include "web/part_login.h"
#include "web/part_new.h"
#include "web/part_panel.h"
#include "web/part_record.h"
#include "web/part_table.h"
#include "web/part_timeline.h"

struct sample {
	const char *number, *title_en, *title_ja;
	enum shape shape;
	const char *priority;
	int left, used; /* minutes, percent */
	bool hold;
	const char *service_en, *service_ja, *group_en, *group_ja, *person_en, *person_ja;
	int updated;
};

static const struct sample samples[] = {
    {"INC-1029", "Sign-in loop after password change", "パスワード変更後にログインが循環", SHAPE_PROGRESS, "P3", -72,
     100, false, "Sign-in", "認証", "Security", "セキュリティ", "D. Okada", "岡田 大輔", 11},
    {"INC-1036", "Orders stuck in the outbox", "注文確認書が送信待ちのまま", SHAPE_PROGRESS, "P2", -26, 100, false,
     "Mail", "メール", "Messaging", "メール基盤", "R. Sato", "佐藤 理恵", 4},
    {"INC-1042", "Mail service down in Osaka", "大阪拠点でメールサービスが停止", SHAPE_PROGRESS, "P1", 38, 68, false,
     "Mail", "メール", "Messaging", "メール基盤", "K. Mori", "森 健司", 3},
    {"INC-1051", "VPN drops every few minutes, Nagoya", "名古屋でVPNが数分ごとに切断", SHAPE_PROGRESS, "P2", 52, 78,
     false, "VPN", "VPN", "Network", "ネットワーク", "T. Abe", "阿部 智子", 9},
    {"INC-1048", "Invoices print with wrong tax rate", "請求書の消費税率が誤っている", SHAPE_ASSIGNED, "P2", 80, 66,
     false, "ERP", "基幹系", "Business", "業務アプリ", "M. Hayashi", "林 美咲", 14},
    {"INC-1039", "Calendar invitations arrive twice", "会議の招待が二重に届く", SHAPE_PROGRESS, "P3", 110, 54, false,
     "Mail", "メール", "Messaging", "メール基盤", "K. Mori", "森 健司", 22},
    {"INC-1052", "Checkout slow during the sale", "セール中に決済画面が遅い", SHAPE_ASSIGNED, "P2", 125, 48, false,
     "Web shop", "通販", "Business", "業務アプリ", "", "", 6},
    {"INC-1044", "Shared mailbox “orders” not visible", "共有メールボックスが見えない", SHAPE_ASSIGNED, "P3", 185, 40,
     false, "Mail", "メール", "Messaging", "メール基盤", "K. Mori", "森 健司", 31},
    {"INC-1046", "Partner mail lands in spam", "取引先のメールが迷惑メールに入る", SHAPE_WAITING, "P3", 250, 30, true,
     "Mail", "メール", "Messaging", "メール基盤", "R. Sato", "佐藤 理恵", 61},
    {"INC-1053", "Badge printer at reception stopped", "受付の入館証プリンターが停止", SHAPE_NEW, "P4", 375, 4, false,
     "Print", "印刷", "Desk", "デスク", "", "", 2},
    {"INC-1027", "Signature shows the old address", "メールの署名が旧住所のまま", SHAPE_ASSIGNED, "P6", 1560, 8, false,
     "Mail", "メール", "Messaging", "メール基盤", "K. Mori", "森 健司", 1600},
};

static struct clock_view sample_clock(const struct sample *s)
{
	int64_t left = (int64_t)s->left * MINUTE;
	int64_t target = s->used >= 100 ? 4 * HOUR : left * 100 / (100 - s->used);

	return (struct clock_view){.tone = s->hold    ? CLOCK_TONE_HOLD
					   : left < 0 ? CLOCK_TONE_OVER
						      : CLOCK_TONE_RUNNING,
				   .target = target,
				   .left = left,
				   .open_for = s->hold ? 0 : DAY,
				   .due = INSTANT_NONE};
}

static struct state_mark sample_state(const struct html *h, enum shape shape)
{
	switch (shape) {
	case SHAPE_PROGRESS:
		return (struct state_mark){shape, either(h, "In progress", "対応中")};
	case SHAPE_WAITING:
		return (struct state_mark){shape, either(h, "Waiting", "保留")};
	case SHAPE_NEW:
		return (struct state_mark){shape, either(h, "New", "新規")};
	default:
		return (struct state_mark){shape, either(h, "Assigned", "割当て済み")};
	}
}

static void fill_cell(const struct html *h, const struct sample *s, enum cell_kind kind, struct cell_view *cell)
{
	*cell = (struct cell_view){.at = INSTANT_NONE};
	switch (kind) {
	case CELL_TITLE:
		cell->text = either(h, s->title_en, s->title_ja);
		break;
	case CELL_STATE:
		cell->state = sample_state(h, s->shape);
		break;
	case CELL_PRIORITY:
		cell->text = str_of(s->priority);
		break;
	case CELL_CLOCK:
		cell->clock = sample_clock(s);
		break;
	case CELL_SHORT:
		cell->text = either(h, s->service_en, s->service_ja);
		break;
	case CELL_GROUP:
		cell->text = either(h, s->group_en, s->group_ja);
		break;
	case CELL_PERSON:
		cell->text = *s->person_en ? either(h, s->person_en, s->person_ja) : either(h, "Nobody", "未割当て");
		cell->missing = !*s->person_en;
		break;
	case CELL_TIME:
		cell->at = h->now - (int64_t)s->updated * MINUTE;
		break;
	default:
		break;
	}
}

static void draw_samples(struct html *h, const struct column_view *columns, size_t column_count, bool selectable,
			 size_t count, struct str caption)
{
	struct row_view *rows = arena_many(h->out->arena, struct row_view, count);

	for (size_t i = 0; i < count; i++) {
		struct cell_view *cells = arena_many(h->out->arena, struct cell_view, column_count);

		for (size_t c = 0; c < column_count; c++)
			fill_cell(h, &samples[i], columns[c].kind, &cells[c]);
		rows[i] = (struct row_view){.number = str_of(samples[i].number),
					    .url = S("/record"),
					    .cells = cells,
					    .current = selectable && i == 2,
					    .selected = selectable && (i == 7 || i == 8)};
	}
	draw_table(h, &(struct table_view){caption, columns, column_count, rows, count, selectable});
}

static void draw_list_views(struct html *h)
{
	struct pick_view mine[] = {{either(h, "Assigned to me", "担当中"), S("?view=mine"), 4},
				   {either(h, "Waiting for me", "自分の対応待ち"), S("?view=waiting"), 2},
				   {either(h, "I watch", "ウォッチ中"), S("?view=watched"), 9}};
	struct pick_view groups[] = {{either(h, "Open", "未解決"), S("?view=open"), 18, .current = true},
				     {either(h, "Not assigned", "未割当て"), S("?view=unassigned"), 3},
				     {either(h, "Breached", "期限超過"), S("?view=breached"), 2, .bad = true}};
	struct pick_group views[] = {{either(h, "Mine", "自分"), mine, COUNT(mine)},
				     {either(h, "My groups", "所属グループ"), groups, COUNT(groups)}};

	draw_views(h, views, COUNT(views), S(""));
}

static void draw_list_filter(struct html *h)
{
	struct chip_view chips[] = {
	    {either(h, "State", "状態"), either(h, "open", "未解決"), S("?without=state")},
	    {either(h, "Group", "グループ"), either(h, "mine", "所属"), S("?without=group")},
	    {either(h, "Priority", "優先度"), either(h, "P1 to P6", "P1〜P6"), S("?without=priority")}};
	struct choice_view fields[] = {{S("state"), either(h, "State", "状態")}};
	struct choice_view sorts[] = {{S("due"), either(h, "Time left", "残り時間"), S("?sort=due"), true}};
	struct choice_view exports[] = {{S("csv"), S("CSV"), S("?format=csv")},
					{S("xlsx"), S("XLSX"), S("?format=xlsx")}};
	struct filter_view filter = {
	    .action = S("/list"),
	    .expression = {.text = S("state != closed and group in my_groups and priority <= P6")},
	    .chips = chips,
	    .chip_count = COUNT(chips),
	    .fields = {fields, COUNT(fields)},
	    .sorted_by = either(h, "time left", "残り時間"),
	    .sorts = {sorts, 1},
	    .columns = {fields, 1},
	    .exports = {exports, 2},
	    .density_url = S("?dense=yes")};

	draw_filter(h, &filter);
}

static void draw_peek(struct html *h)
{
	struct clock_view clock = {.name = either(h, "Resolution", "解決"),
				   .tone = CLOCK_TONE_RUNNING,
				   .target = 2 * HOUR,
				   .left = 38 * MINUTE,
				   .open_for = DAY,
				   .due = preview_at(h, 11, 20),
				   .ticks = {50, 75, 90},
				   .tick_count = 3};
	struct property_view facts[] = {
	    {either(h, "Customer", "顧客"), either(h, "Minato Trading Co., Ltd.", "みなと商事株式会社")},
	    {either(h, "Assignee", "担当者"), either(h, "Kenji Mori, Messaging", "森 健司、メール基盤")}};
	struct entry_view entries[] = {{.kind = ENTRY_NOTE,
					.at = preview_at(h, 10, 39),
					.actor = either(h, "Kenji Mori", "森 健司"),
					.body = either(h, "Rehearsed the failover: mounts cleanly, 14 minutes.",
						       "切替えを予行した。マウントは正常、所要14分。")},
				       {.kind = ENTRY_REPLY,
					.at = preview_at(h, 10, 24),
					.actor = either(h, "Yuki Tanaka", "田中 由紀"),
					.body = either(h, "We have found the cause.", "原因が判明しました。")}};

	html(h, "<aside class='peek' aria-label='%a'><div class='line'><a href='/record'>INC-1042</a>",
	     either(h, "Preview of INC-1042", "INC-1042のプレビュー"));
	draw_priority(h, S("P1"));
	html(h, "</div><h2>%t</h2>", either(h, "Mail service down in Osaka", "大阪拠点でメールサービスが停止"));
	draw_clocks(h, &clock, 1);
	draw_facts_list(h, facts, COUNT(facts));
	draw_entries_small(h, entries, COUNT(entries));
	html(h, "</aside>");
}

void preview_list(struct html *h)
{
	struct column_view columns[] = {{CELL_NUMBER, either(h, "Number", "番号"), S("?sort=number")},
					{CELL_TITLE, either(h, "Title", "件名"), S("?sort=title")},
					{CELL_STATE, either(h, "State", "状態"), S("?sort=state")},
					{CELL_PRIORITY, either(h, "Prio", "優先"), S("?sort=priority")},
					{CELL_CLOCK, either(h, "Time left", "残り時間"), S("?sort=-due"), .sorted = 1},
					{CELL_SHORT, either(h, "Service", "サービス"), S("?sort=service")},
					{CELL_GROUP, either(h, "Group", "グループ"), S("?sort=group")},
					{CELL_PERSON, either(h, "Assignee", "担当者"), S("?sort=assignee")},
					{CELL_TIME, either(h, "Updated", "更新"), S("?sort=updated_at")}};
	struct bulk_action actions[] = {{S("assign"), either(h, "Assign", "割当て"), true},
					{S("wait"), either(h, "Wait", "保留"), true}};
	struct key_hint keys[] = {{"j", "k", either(h, "move", "移動")},
				  {"x", NULL, either(h, "select", "選択")},
				  {"?", NULL, either(h, "all keys", "キー一覧")}};
	struct list_head_view head = {either(h, "Incidents", "インシデント"),
				      either(h, "Open, mine and my groups’", "自分と所属グループの未解決"),
				      S("?do=save-view"),
				      either(h, "Save this view", "ビューを保存"),
				      S("/new"),
				      either(h, "New incident", "インシデントを登録")};
	struct pager_view pager = {1, 11, 11, S(""), S(""), either(h, "2 over time", "期限超過2件")};
	struct page_view page;

	preview_page_begin(h, &page, head.title, "lists", 1);
	draw_list_views(h);
	html(h, "<div class='rows'>");
	draw_list_head(h, &head);
	draw_list_filter(h);
	html(h, "<form method='post' action='/list'>");
	html_token(h);
	draw_bulk(h, actions, COUNT(actions), 2);
	draw_samples(h, columns, COUNT(columns), true, COUNT(samples), head.title);
	html(h, "</form>");
	draw_pager(h, &pager);
	draw_keys(h, keys, COUNT(keys));
	html(h, "</div>");
	draw_peek(h);
	page_end(h, &page);
}

static void draw_home_lists(struct html *h)
{
	struct worklist_item_view approvals[] = {
	    {either(h, "CHG-511 Rotate mail signing keys", "CHG-511 メール署名鍵の更新"), S("/CHG-511"),
	     either(h, "Technical approval. Normal, minor. Starts tomorrow 21:00",
		    "技術承認。通常・軽微。明日21:00開始"),
	     .action = either(h, "Approve", "承認"), .action_url = S("/CHG-511?do=approve")}};
	struct worklist_item_view reviews[] = {
	    {either(h, "Review after CHG-489, failed roll-out", "CHG-489 導入失敗後のレビュー"), S("/CHG-489"),
	     either(h, "Post-implementation review", "実施後レビュー"), either(h, "2 days late", "2日遅れ"), DUE_LATE},
	    {either(h, "ACT-77 Alarm when a mail queue exceeds 500", "ACT-77 滞留500通で警報"), S("/ACT-77"),
	     either(h, "From major incident INC-914", "重大インシデント INC-914 から"), either(h, "Today", "今日"),
	     DUE_SOON},
	    {either(h, "Yearly review of OLA-6, Messaging", "OLA-6 メール基盤の年次見直し"), S("/OLA-6"),
	     either(h, "With Facility and Network", "施設とネットワークと"),
	     either(h, "Fri 27 Nov", "11月27日（金）")}};
	struct worklist_view lists[] = {
	    {S("approvals"), either(h, "Approvals waiting for me", "自分の承認待ち"), S("1"), .items = approvals,
	     .count = COUNT(approvals)},
	    {S("reviews"), either(h, "Reviews and actions due", "期限の近いレビューと処置"), S("3"), .items = reviews,
	     .count = COUNT(reviews)},
	    {S("watch"), either(h, "Changed since you last looked", "前回から変わった記録"),
	     either(h, "watched", "ウォッチ中"),
	     .empty = either(h, "Nothing that you watch has changed.", "ウォッチ中の記録に変更はありません。")}};

	for (size_t i = 0; i < COUNT(lists); i++)
		draw_worklist(h, &lists[i]);
}

static void draw_home_ahead(struct html *h)
{
	struct due_view dues[] = {
	    {preview_at(h, 10, 55), either(h, "Update to Minato Trading", "みなと商事へ連絡"), S("/INC-1042"), false},
	    {preview_at(h, 11, 20), either(h, "INC-1042 resolve", "INC-1042 解決"), S("/INC-1042"), true},
	    {preview_at(h, 11, 34), S("INC-1051"), S("/INC-1051"), true},
	    {preview_at(h, 12, 2), S("INC-1048"), S("/INC-1048"), false},
	    {preview_at(h, 12, 32), S("INC-1039"), S("/INC-1039"), false},
	    {preview_at(h, 12, 47), S("INC-1052"), S("/INC-1052"), false},
	    {preview_at(h, 13, 30), either(h, "CAB meeting 13:30", "CAB会議 13:30"), S("/CAB-1"), false},
	    {preview_at(h, 13, 47), S("INC-1044"), S("/INC-1044"), false},
	    {preview_at(h, 14, 22), S("INC-1050"), S("/INC-1050"), false},
	    {preview_at(h, 16, 57), S("INC-1053"), S("/INC-1053"), false},
	    {preview_at(h, 18, 2), S("INC-1049"), S("/INC-1049"), false}};

	draw_hours_ahead(h, dues, COUNT(dues));
}

void preview_home(struct html *h)
{
	struct counter_view counters[] = {
	    {2, either(h, "over time", "期限超過"), S("/list"), true},
	    {4, either(h, "assigned to me", "担当中"), S("/list")},
	    {18, either(h, "in my groups", "所属グループ"), S("/list")},
	    {3, either(h, "assigned to nobody", "未割当て"), S("/list")},
	    {3, either(h, "approvals wait for me", "承認待ち"), S("#approvals")},
	    {4, either(h, "reviews and actions due", "期限の近いレビューと処置"), S("#reviews")},
	    {9, either(h, "watched, 2 changed", "ウォッチ中、2件変更"), S("#watch")}};
	struct column_view columns[] = {{CELL_CLOCK, either(h, "Time left", "残り時間"), .sorted = 1},
					{CELL_NUMBER, either(h, "Number", "番号")},
					{CELL_TITLE, either(h, "Title", "件名")},
					{CELL_STATE, either(h, "State", "状態")},
					{CELL_PRIORITY, either(h, "Prio", "優先")},
					{CELL_SHORT, either(h, "Service", "サービス")},
					{CELL_PERSON, either(h, "Assignee", "担当者")}};
	struct str title = either(h, "My work", "マイワーク");
	struct page_view page;

	preview_page_begin(h, &page, title, "page home", 0);
	html(h,
	     "<div class='head'><h1>%t</h1><p>%t</p><div class='btns push'><a class='btn main' href='/new' "
	     "data-key='n'>%i%t "
	     "<kbd aria-hidden='true'>n</kbd></a></div></div>",
	     title, words_day(h, zone_day(h->zone, h->now), DAY_LONG), ICON_PLUS,
	     either(h, "New incident", "インシデントを登録"));
	draw_counters(h, counters, COUNT(counters));
	draw_home_ahead(h);
	html(h, "<div class='pair'><div><section aria-labelledby='h-b'><h2 id='h-b'>%t <a href='/list'>%t</a></h2>",
	     either(h, "Next to breach", "まもなく期限"), either(h, "All 18", "全18件"));
	draw_samples(h, columns, COUNT(columns), false, 8, either(h, "Next to breach", "まもなく期限"));
	html(h, "</section></div><div>");
	draw_home_lists(h);
	html(h, "</div></div>");
	page_end(h, &page);
}

static void draw_new_fields(struct html *h)
{
	struct field_option services[] = {{S("SVC-4"), either(h, "Mail", "メール"), true},
					  {S("SVC-5"), either(h, "File share", "共有"), false}};
	struct field_option levels[] = {{S("critical"), either(h, "Critical", "重大"), true},
					{S("high"), either(h, "High", "高"), false},
					{S("medium"), either(h, "Medium", "中"), false},
					{S("low"), either(h, "Low", "低"), false}};
	struct field_form_view columns[] = {
	    {.form = FORM_TEXT, .name = S("item"), .label = either(h, "Item", "品目")},
	    {.form = FORM_INTEGER, .name = S("amount"), .label = either(h, "Amount", "数量")}};
	struct str values[] = {either(h, "Laptop", "ノートPC"), S("2")};
	struct field_form_row row = {values};
	struct field_form_view fields[] = {
	    {.form = FORM_SEARCH,
	     .name = S("caller"),
	     .label = either(h, "Caller", "申告者"),
	     .required = true,
	     .search_url = S("/people"),
	     .value = either(h, "Aya Nishimura, Minato Trading, Osaka", "西村 彩、みなと商事、大阪"),
	     .help = either(h, "2 open records. Speaks Japanese.", "未完了の記録2件。")},
	    {.form = FORM_TEXT,
	     .name = S("title"),
	     .label = either(h, "What is wrong", "何が起きていますか"),
	     .required = true,
	     .large = true,
	     .value = S(""),
	     .error = either(h, "Say in a few words what does not work.", "何が使えないかを短く書いてください。")},
	    {.form = FORM_LONG_TEXT,
	     .name = S("description"),
	     .label = either(h, "Details", "詳細"),
	     .value =
		 either(h, "Since about 9:10 nobody in Osaka can open Outlook.", "9時10分ごろからOutlookを開けない。"),
	     .help = either(h, "Paste or drop pictures here.", "画像を貼り付けられます。")},
	    {.form = FORM_CHOICE,
	     .name = S("service"),
	     .label = either(h, "Service", "サービス"),
	     .options = services,
	     .option_count = 2,
	     .required = true},
	    {.form = FORM_CHOICE_ROW,
	     .name = S("impact"),
	     .label = either(h, "Impact", "影響度"),
	     .options = levels,
	     .option_count = 4,
	     .required = true},
	    {.form = FORM_MONEY,
	     .name = S("cost"),
	     .label = either(h, "Cost", "費用"),
	     .value = S("12000"),
	     .currency = S("JPY")},
	    {.form = FORM_DATE,
	     .name = S("wanted_on"),
	     .label = either(h, "Wanted on", "希望日"),
	     .value = S("2026-12-01")},
	    {.form = FORM_TIME,
	     .name = S("seen_at"),
	     .label = either(h, "Seen at", "確認時刻"),
	     .value = S("2026-11-24T09:10")},
	    {.form = FORM_DURATION, .name = S("effort"), .label = either(h, "Effort", "工数"), .value = S("2h 30m")},
	    {.form = FORM_BOOLEAN,
	     .name = S("security"),
	     .label = either(h, "Security incident", "情報セキュリティ"),
	     .value = S("true")},
	    {.form = FORM_ROWS,
	     .name = S("items"),
	     .label = either(h, "Items", "明細"),
	     .columns = columns,
	     .column_count = 2,
	     .rows = &row,
	     .row_count = 1},
	};
	struct outcome_view outcomes[] = {{either(h, "Respond by", "応答期限"), S("10:57")},
					  {either(h, "Resolve by", "解決期限"), S("12:42")},
					  {either(h, "Goes to", "担当"), either(h, "Messaging", "メール基盤")}};

	for (size_t i = 0; i < 5; i++)
		draw_field(h, &fields[i]);
	draw_result(h, S("P1"), either(h, "by agreement SLA-12", "合意 SLA-12 による"), outcomes, COUNT(outcomes));
	html(h, "<details class='more' open><summary>%i%t</summary><div class='flow'>", ICON_RIGHT,
	     either(h, "More fields", "その他の項目"));
	for (size_t i = 5; i < COUNT(fields); i++)
		draw_field(h, &fields[i]);
	html(h, "</div></details>");
}

void preview_new(struct html *h)
{
	struct link_view crumb = {either(h, "Incidents", "インシデント"), S("/list")};
	struct hint_view same[] = {
	    {.title = either(h, "INC-1042 Mail service down in Osaka", "INC-1042 大阪拠点でメールサービスが停止"),
	     .url = S("/INC-1042"),
	     .found = either(h, "mail osaka", "大阪 メール"),
	     .state = {SHAPE_PROGRESS, either(h, "In progress", "対応中")},
	     .words = either(h, "since 09:20, same customer", "09:20から、同じ顧客"),
	     .action = either(h, "Add the caller to this one", "この記録に申告者を追加"),
	     .action_url = S("/INC-1042/links"),
	     .icon = ICON_MERGE}};
	struct hint_group groups[] = {
	    {either(h, "Perhaps the same", "同じ事象の可能性"), either(h, "1 incident of today", "本日1件"), same, 1}};
	struct page_view page;

	preview_page_begin(h, &page, either(h, "New incident", "インシデントを登録"), "page", 1);
	html(h, "<div class='newp'><div>");
	draw_crumbs(h, &crumb, 1);
	html(h, "<div class='head'><h1>%t</h1><p>%t</p></div><form method='post' action='/list'>", page.title,
	     either(h, "Four fields are enough. The rest can follow.",
		    "4項目で登録できます。残りは後から入力できます。"));
	html_token(h);
	draw_new_fields(h);
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' "
	     "href='/list'>%t</a></div></form></div>",
	     either(h, "Create incident", "登録"), either(h, "Cancel", "取消"));
	hints_begin(h);
	draw_hint_groups(h, groups, 1, false);
	hints_end(h);
	html(h, "</div>");
	page_end(h, &page);
}

void preview_login(struct html *h)
{
	struct login_view login = {
	    .organisation = either(h, "Service management of Minato Systems", "みなとシステムズのサービスマネジメント"),
	    .account = S("k.mori"),
	    .error = either(h, "Account and password do not match. Try again.",
			    "アカウントとパスワードが一致しません。もう一度入力してください。"),
	    .other_url = S("/login/organisation"),
	    .other_words = either(h, "Continue with your organisation’s account", "組織のアカウントで続ける"),
	    .forgot_url = S("/login/forgot"),
	    .other_language_url = S("?language=other")};

	draw_login_page(h, &login);
}
