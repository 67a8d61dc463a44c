/* Writes record, list, home, new and login in both languages to a directory: preview DIRECTORY. The built assets go
 * beside them, so that a small server on the directory shows them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "preview.h"
#include "web/embedded.h"

instant preview_at(const struct html *h, int hour, int minute)
{
	return zone_instant(h->zone, day_from_civil(2026, 11, 24), (int64_t)hour * HOUR + (int64_t)minute * MINUTE);
}

void preview_page_begin(struct html *h, struct page_view *page, struct str title, const char *main_class, int current)
{
	struct nav_link *home = arena_many(h->out->arena, struct nav_link, 22), *n = home;
	struct nav_group *groups = arena_many(h->out->arena, struct nav_group, 7);

	home[0] = (struct nav_link){either(h, "My work", "マイワーク"), S("/home"), S(""), current == 0};
	groups[0] = (struct nav_group){S(""), home, 1};
	n = home + 1;
	n[0] = (struct nav_link){either(h, "New and changed services", "新規・変更サービス"), S("/services")};
	n[1] = (struct nav_link){either(h, "Transitions", "移行"), S("/transitions")};
	groups[1] = (struct nav_group){either(h, "Design", "設計"), n, 2};
	n += 2;
	n[0] = (struct nav_link){either(h, "Service levels", "サービスレベル"), S("/agreements")};
	n[1] = (struct nav_link){either(h, "Reports", "サービス報告"), S("/reports")};
	groups[2] = (struct nav_group){either(h, "Deliver", "提供"), n, 2};
	n += 2;
	n[0] = (struct nav_link){either(h, "Customers", "顧客"), S("/customers")};
	n[1] = (struct nav_link){either(h, "Suppliers", "供給者"), S("/suppliers")};
	groups[3] = (struct nav_group){either(h, "Relate", "関係"), n, 2};
	n += 2;
	n[0] = (struct nav_link){either(h, "Incidents", "インシデント"), S("/list"), S("g i"), current == 1};
	n[1] = (struct nav_link){either(h, "Problems", "問題"), S("/problems"), S("g p")};
	groups[4] = (struct nav_group){either(h, "Resolve", "解決"), n, 2};
	n += 2;
	n[0] = (struct nav_link){either(h, "Configuration", "構成"), S("/configuration-items")};
	n[1] = (struct nav_link){either(h, "Changes", "変更"), S("/changes")};
	groups[5] = (struct nav_group){either(h, "Control", "制御"), n, 2};
	n += 2;
	n[0] = (struct nav_link){either(h, "Conformity", "適合状況"), S("/conformity")};
	groups[6] = (struct nav_group){S(""), n, 1};

	*page = (struct page_view){.title = title,
				   .groups = groups,
				   .group_count = 7,
				   .person = {either(h, "Kenji Mori", "森 健司"), S("/settings"), S("")},
				   .unread = 3,
				   .notices_url = S("/notices"),
				   .here = S("/"),
				   .main_class = str_of(main_class)};
	page_begin(h, page);
}

static int save(const char *directory, const char *name, struct str bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	if (!file || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fclose(file) != 0) {
		fprintf(stderr, "preview: cannot write %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

static int draw(const char *directory, const char *name, void (*draw_page)(struct html *h), enum language language)
{
	ARENA arena = arena_new();
	struct buf out = buf_new(arena);
	struct html h = {.out = &out, .language = language, .zone = zone_open(S("Asia/Tokyo")), .token = S("token")};
	char file[64];

	h.now = preview_at(&h, 10, 42);
	draw_page(&h);
	if (out.failed) {
		fprintf(stderr, "preview: %s has a mistake in a template\n", name);
		return 1;
	}
	snprintf(file, sizeof(file), "%s.%s.html", name, language_code(language));
	return save(directory, file, buf_str(&out));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*draw)(struct html *h);
	} pages[] = {{"record", preview_record},
		     {"list", preview_list},
		     {"home", preview_home},
		     {"new", preview_new},
		     {"login", preview_login}};
	char assets[4096];
	int failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: preview DIRECTORY\n");
		return 2;
	}
	snprintf(assets, sizeof(assets), "%s/assets", argv[1]);
	if ((mkdir(argv[1], 0777) != 0 && errno != EEXIST) || (mkdir(assets, 0777) != 0 && errno != EEXIST)) {
		fprintf(stderr, "preview: cannot make %s: %s\n", assets, strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < embedded_assets_count; i++)
		failed |= save(argv[1], embedded_assets[i].url + 1, embedded_assets[i].plain);
	for (size_t i = 0; i < COUNT(pages); i++)
		for (int language = 0; language < LANGUAGES; language++)
			failed |= draw(argv[1], pages[i].name, pages[i].draw, (enum language)language);
	return failed;
}
