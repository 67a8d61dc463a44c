// Everything works without this file; it only makes it quicker. Each module listens on the document, so that parts
// of a page may come and go.
import "./htmx.js";
import "./clock.js";
import "./keys.js";
import "./palette.js";
import "./focus.js";
import "./current.js";
import "./theme.js";
import "./dialog.js";
import "./composer.js";
import "./mention.js";
import "./table.js";
import "./menus.js";
import "./board.js";
import "./suggest.js";
import "./expression.js";
import "./find.js";
import "./known.js";
import "./rows.js";
import "./ticks.js";
import "./live.js";
import "./live_list.js";
import "./counts.js";
