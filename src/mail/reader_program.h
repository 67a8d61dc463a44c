/* reader_program: the program of reader.c, byte by byte (made by tools/embed.py). */
#ifndef MAIL_READER_PROGRAM_H
#define MAIL_READER_PROGRAM_H

#include <stddef.h>

extern const char mail_reader_program[];
extern const size_t mail_reader_program_size;

#endif
