/* icon: the icons in use, each with its name in lucide-static. web/build.mjs reads this list and draws the sprite. */
#ifndef WEB_ICON_H
#define WEB_ICON_H

#define ICONS(X)                                                                                                       \
	X(ALERT, "triangle-alert")                                                                                     \
	X(BELL, "bell")                                                                                                \
	X(BOARD, "columns-3")                                                                                          \
	X(BOX, "package")                                                                                              \
	X(CALENDAR, "calendar")                                                                                        \
	X(CHECK, "check")                                                                                              \
	X(CLIP, "paperclip")                                                                                           \
	X(CLOCK, "clock")                                                                                              \
	X(COLUMNS, "columns-3")                                                                                        \
	X(DOWN, "chevron-down")                                                                                        \
	X(DOWNLOAD, "download")                                                                                        \
	X(EYE, "eye")                                                                                                  \
	X(FILTER, "list-filter")                                                                                       \
	X(FOLDER, "folder")                                                                                            \
	X(GLOBE, "globe")                                                                                              \
	X(HELP, "circle-help")                                                                                         \
	X(HISTORY, "history")                                                                                          \
	X(INFO, "info")                                                                                                \
	X(KEY, "key-round")                                                                                            \
	X(LAPTOP, "laptop")                                                                                            \
	X(LEFT, "chevron-left")                                                                                        \
	X(LINK, "link")                                                                                                \
	X(LOCK, "lock")                                                                                                \
	X(MAIL, "mail")                                                                                                \
	X(MENU, "menu")                                                                                                \
	X(MERGE, "git-merge")                                                                                          \
	X(MESSAGE, "message-square")                                                                                   \
	X(MONITORING, "activity")                                                                                      \
	X(MORE, "ellipsis")                                                                                            \
	X(OUT, "log-out")                                                                                              \
	X(PAUSE, "pause")                                                                                              \
	X(PEN, "pencil")                                                                                               \
	X(PEOPLE, "users")                                                                                             \
	X(PHONE, "phone")                                                                                              \
	X(PLUS, "plus")                                                                                                \
	X(PRINTER, "printer")                                                                                          \
	X(REOPEN, "rotate-ccw")                                                                                        \
	X(RIGHT, "chevron-right")                                                                                      \
	X(RISE, "chevrons-up")                                                                                         \
	X(ROBOT, "bot")                                                                                                \
	X(ROWS, "rows-3")                                                                                              \
	X(SEARCH, "search")                                                                                            \
	X(SEND, "send")                                                                                                \
	X(SETTINGS, "settings")                                                                                        \
	X(SHIELD, "shield-check")                                                                                      \
	X(STAR, "star")                                                                                                \
	X(SWAP, "arrow-left-right")                                                                                    \
	X(TEXT, "text")                                                                                                \
	X(TO, "arrow-right")                                                                                           \
	X(TRASH, "trash-2")                                                                                            \
	X(UP, "chevron-up")                                                                                            \
	X(UPLOAD, "upload")                                                                                            \
	X(WIFI, "wifi")                                                                                                \
	X(REMOVE, "x")

#define ICON_ENUM(name, lucide) ICON_##name,
enum icon { ICON_NONE, ICONS(ICON_ENUM) ICON_COUNT };
#undef ICON_ENUM

#endif
