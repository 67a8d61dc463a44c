/* charset: bytes of a mail as UTF-8, whatever their label says.
 *
 * Labels are wrong often enough that they are only believed as long as the bytes agree: text without a label, with one
 * that nobody knows, or that does not convert, is recognised by how it looks. ISO-2022-JP takes the characters of
 * Windows (①, ㈱, half width kana) that Japanese mailers put there. The result has no control characters but tabs and
 * line ends, which are all "\n". */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include "base/arena.h"
#include "base/str.h"

struct str charset_to_utf8(struct arena *arena, struct str bytes, struct str label);

#endif
