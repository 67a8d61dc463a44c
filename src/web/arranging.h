/* arranging: a dashboard of one's own while its form is filled in: what it has then, how that is drawn
 * (arranging_form.c) and read again (arranging_posted.c). */
#ifndef WEB_ARRANGING_H
#define WEB_ARRANGING_H

#include "web/dashboard_own.h"

struct arranging {
	struct visit *visit;
	const struct figures *figures;
	struct own_dashboards all;
	const struct own_dashboard *base; /* that is changed; NULL: a new one */
	struct own_tiles tiles;
	struct sharing sharing;
	struct str narrow; /* a field, as typed */
	int64_t version;
	struct tile_own asked; /* that is being added; type NULL: its records are still to be chosen */
	struct str asked_fault, untitled;
	struct query_place asked_place;
	struct str notice, pressed; /* pressed: which button has the focus afterwards */
	struct field_input inputs[2 + SHARING_INPUTS];
	size_t count;
};

const struct field *arranging_field(const struct arranging *a, const char *name);
bool arranging_may_see(const struct arranging *a, const struct figure *figure);
bool arranging_has(const struct arranging *a, const struct figure *figure);

/* arranging_own.c: a tile that somebody asks by an expression or a saved view. */
void arranging_read_asked(struct arranging *a); /* added by its button, or by saving when it is filled in */
MUST enum status arranging_draw_asked(struct arranging *a, struct connection *connection);

MUST enum status arranging_show(struct arranging *a, struct connection *connection);

/* What was posted, and what is ticked to be added. */
void arranging_read(struct arranging *a);
/* What a button of the form does: "up.3", "down.0", "out.2"; another only shows what is there now. */
void arranging_press(struct arranging *a, struct str deed);

#endif
