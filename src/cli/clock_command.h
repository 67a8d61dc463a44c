/* clock_command: `kaname clock`, which answers cases of calendars, targets and timelines, for anyone to check.
 *
 * Reads a JSON array of cases on standard input and prints a JSON array of as many answers. A case:
 *	{"calendar": {"zone": "Asia/Tokyo", "week": {"mon": ["09:00-12:00", "13:00-18:00"]}, "holidays": ["2026-11-23"],
 *	 "exceptions": {"2026-11-28": ["10:00-15:00"]}, "service_day": "PT8H"},
 *	 "duration": "PT8H", "timeline": [{"at": "2026-11-20T05:00:00Z", "event": "start"}],
 *	 "now": "2026-11-24T01:00:00Z"}
 * Of the calendar only zone is needed: a weekday that is not named is closed. Days in duration are service days. Events
 * (start, pause, resume, stop) stand oldest first. The answer:
 *	{"state": "running", "elapsed": "PT0S", "remaining": "PT28800S", "due_at": "2026-11-30T03:00:00Z"}
 * or {"error": "timeline[0].at: ..."} for a case that is wrong, unknown keys included; the others are answered all the
 * same. Only an object that has a key twice spoils the whole input, because its reading would be a guess. */
#ifndef CLI_CLOCK_COMMAND_H
#define CLI_CLOCK_COMMAND_H

/* argv holds what follows the subcommand's name: nothing. Returns the exit status: 0 answered (faulty cases included),
 * 1 the input is no JSON array or the output cannot be written, 2 wrong usage. Needs no database. */
int clock_command(int argc, char **argv);

#endif
