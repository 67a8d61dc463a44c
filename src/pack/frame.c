/* What stands around every page: no script, one style sheet beside the index, and links within the pack only. */
#include "pack/inside.h"

static const char style[] =
    ":root{--ink:#1d2230;--dim:#5a6172;--line:#d5d8df;--paper:#fff;--soft:#f4f5f8;--link:#1f4f9e}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e8ee;--dim:#a2a8b7;--line:#3a4050;--paper:#161922;--soft:#1f2430;"
    "--link:#8fb4f5}}"
    "*{box-sizing:border-box}body{margin:0;color:var(--ink);background:var(--paper);font:15px/1.6 system-ui,\"Noto "
    "Sans "
    "CJK JP\",\"Hiragino Sans\",\"Yu Gothic UI\",sans-serif}"
    "body>nav,main,footer{max-width:72rem;margin:0 auto;padding:.75rem 1.25rem}"
    "body>nav{display:flex;gap:1.25rem;border-bottom:1px solid var(--line)}body>nav :last-child{margin-left:auto}"
    "a{color:var(--link)}h1{font-size:1.5rem;line-height:1.3;margin:1rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}"
    "h3{font-size:1rem;margin:1.25rem 0 .25rem}.dim,footer{color:var(--dim)}footer{font-size:.85rem;border-top:1px "
    "solid "
    "var(--line);margin-top:2rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.35rem "
    ".6rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}thead "
    "th{color:var(--dim);font-weight:600}"
    "td.num,th.num{text-align:right;white-space:nowrap}td.id{white-space:nowrap}"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.3rem 1rem;margin:.5rem 0}dt{color:var(--dim)}dd{"
    "margin:0;overflow-wrap:anywhere;white-space:pre-line}"
    "code{font-size:.85em;overflow-wrap:anywhere}.st{white-space:nowrap;font-weight:600}.st::before{content:\"\";"
    "display:"
    "inline-block;width:.7em;height:.7em;margin-right:.4em;border:2px solid currentColor;border-radius:50%}"
    ".st.met::before{background:currentColor}.st.met{color:#1c7a4b}.st.judgement{color:#4b5f9e}.st.stale{color:#9a6400}"
    ".st.gap{color:#b3261e}.st.gap::before,.st.not_built::before{border-radius:0}.st.not_built{color:var(--dim)}"
    "@media(prefers-color-scheme:dark){.st.met{color:#5fd097}.st.judgement{color:#a9b8f0}.st.stale{color:#e6b45c}"
    ".st.gap{color:#ff9d94}}"
    ".warn{border-left:4px solid #b3261e;background:var(--soft);padding:.5rem .75rem}"
    "body>main>.whose{font-size:1.15rem;margin:-.5rem 0 1rem;color:var(--dim)}"
    "@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}main{overflow-x:auto}}"
    "@page{size:A4;margin:16mm 14mm;@bottom-right{content:counter(page) \" / \" counter(pages);font-size:8pt}}"
    /* One face for all: each that a paper has must be cut down to what it uses, and Japanese ones are large. */
    "@media print{body,h1,h2,h3,th,strong,.st{font-family:\"Noto Sans CJK JP\",\"Hiragino Sans\",\"Yu Gothic UI\","
    "sans-serif;font-weight:400}}"
    "@media print{.all{table-layout:fixed}.all th:nth-child(2){width:42%}.all "
    "td.id{white-space:normal}body{font-size:9.5pt}body>nav,footer{display:none}a{color:inherit;text-decoration:none}"
    "tr{"
    "break-inside:avoid}}\n";

enum status pack_save_style(struct packing *packing)
{
	return pack_save(packing, S("style.css"), str_of(style));
}

const char *pack_suffix(enum language language)
{
	return language == ENGLISH ? ".en.html" : ".html";
}

static const char *root_of(struct str stem)
{
	size_t at;

	return str_find_char(stem, '/', &at) ? "../" : "";
}

static struct str name_of(struct str stem)
{
	size_t at;

	return str_find_char(stem, '/', &at) ? str_sub(stem, at + 1, stem.n) : stem;
}

struct html *pack_begin(struct packing *packing, enum language language, struct str stem, struct str title)
{
	struct visit *visit = &packing->visits[language];
	struct html *h = &visit->h;
	enum language other = language == ENGLISH ? JAPANESE : ENGLISH;
	const char *root = root_of(stem);

	arena_reset(packing->scratch);
	title = str_dup(packing->scratch, title);
	visit->out = buf_new(packing->scratch);
	html(h,
	     "<!doctype html><html lang='%a'><head><meta charset='utf-8'><meta name='viewport' "
	     "content='width=device-width, initial-scale=1'><meta name='color-scheme' content='light dark'>",
	     language_code(language));
	html(h,
	     "<title>%t · %l</title><link rel='stylesheet' href='%astyle.css'></head><body><nav><a "
	     "href='%aindex%a'>%l</a>"
	     "<a href='%aconformity%a'>%l</a>",
	     title, N_("Evidence pack"), root, root, pack_suffix(language), N_("Evidence pack"), root,
	     pack_suffix(language), N_("Conformity"));
	html(h, "<a href='%p%a' lang='%a' hreflang='%a'>%t</a></nav><main><h1>%t</h1>", name_of(stem),
	     pack_suffix(other), language_code(other), language_code(other), other == JAPANESE ? "日本語" : "English",
	     title);
	return h;
}

enum status pack_end(struct packing *packing, enum language language, struct str stem)
{
	struct visit *visit = &packing->visits[language];
	struct html *h = &visit->h;
	struct str name = str_format(packing->scratch, "%.*s%s", STR_ARG(stem), pack_suffix(language));

	html(h, "</main><footer>%t</footer></body></html>",
	     phrase(h, N_("Made by Kaname %1$s, %2$s. What manifest.json does not name is no part of it."),
		    packing->wish->version, words_moment(h, packing->wish->now)));
	if (visit->out.failed)
		return error_fail(packing->error, E_INTERNAL, "", "page", N_("The page could not be made"));
	return pack_save(packing, name, buf_str(&visit->out));
}

void pack_draw_past(struct packing *packing, enum language language)
{
	struct html *h = &packing->visits[language].h;

	if (!pack_is_past(packing))
		return;
	html(h, "<p class='warn'><strong>%t</strong> %l</p>",
	     phrase(h, N_("As of %s."), words_moment(h, packing->wish->as_of)),
	     N_("Records are shown as they stood then, by their history; the states of demands are those that were "
		"written down then. Not known of then, and so not told: what each single check said, and who was to "
		"act. "
		"Names of people, and of records that are referred to, are those of today; what was erased since is "
		"erased here too."));
}

void pack_draw_state(struct html *h, enum conformity_state state)
{
	html(h, "<span class='st %a'>%l</span>", conformity_state_name(state), standing_words(state));
}

void pack_draw_number(struct packing *packing, struct html *h, int64_t identity)
{
	char number[NUMBER_TEXT];

	kernel_number(packing->wish->kernel, identity, number);
	if (map_get(&packing->paged, str_of(number)))
		html(h, "<a href='../records/%p%a'>%t</a>", (const char *)number, pack_suffix(h->language),
		     (const char *)number);
	else
		html(h, "%t", (const char *)number);
}
