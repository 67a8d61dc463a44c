/* kaname: one program, its subcommands. Each is a file; the table says what there is. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "cli/commands.h"

static const char common_help[] =
    "\nOptions common to all commands:\n"
    "  --database URL   sqlite:PATH or postgresql://USER@HOST/NAME (KANAME_DATABASE; sqlite:./var/kaname.db unless "
    "told\n"
    "                   otherwise)\n"
    "  --config FILE    settings as YAML, named in kaname(1) (KANAME_CONFIG)\n"
    "  --overlay DIR    YAML that adds to the declared processes or changes them; may come several times\n"
    "  --key FILE       signing key for checkpoints (beside the database unless told otherwise)\n";

static const struct command commands[] = {
    {"serve", command_serve, "serve the web pages and the API",
     "kaname serve [--listen 127.0.0.1:8080] [--threads N] [--trusted-peers LIST]\n"
     "             [--connections N] [--connections-per-address N] [--request-seconds N] [--count-milliseconds N]\n"
     "             [--drain-seconds N] [--log-level LEVEL] [--log-format FORMAT]\n"
     "             [--webhook-networks LIST]\n"
     "             [--replica URL]... [--anchor-to FILE] [--check]\n"
     "             [--backup-to FOLDER --backup-key-file FILE | --backup-passphrase-file FILE]\n"
     "             [--backup-copy FOLDER|s3://BUCKET/PREFIX] [--backup-every 6h] [--backup-keep 14]\n"
     "             [--backup-test-every 7d] [--backup-scratch FOLDER] [--backup-journal-every 10s]\n"
     "             [--smtp smtp://HOST:PORT]... [--mail-from ADDRESS] [--origin URL] [--smtp-tls required]\n"
     "             [--smtp-user NAME --smtp-password-file FILE|--smtp-token-file FILE] [--smtp-ca-file FILE]\n"
     "             [--outbox-keep 400d]\n\n"
     "Serves until SIGINT or SIGTERM, then ends what was accepted. --listen may name port 0 for a free one. "
     "--trusted-peers names the proxies "
     "whose\n"
     "X-Forwarded-For is believed (127.0.0.1, 10.0.0.0/8). At most --connections (2000) are open at a time, of one\n"
     "address half of them unless told otherwise; a request must be complete in --request-seconds (60).\n"
     "A page waits --count-milliseconds (500) for the counts of saved views beside it, and for a tile of one's own.\n"
     "--drain-seconds (0) leaves load balancers time to notice the end. --log-level is error, warning, info or debug,\n"
     "--log-format text, json or journal. SIGHUP reads the settings and the processes anew, and starts the program "
     "anew in\n"
     "its place when they have changed: nobody who connects meanwhile is refused. --check tells whether it could, and "
     "ends.\n"
     "--webhook-networks names inner networks that webhooks may go to (10.20.0.0/16); without it none may.\n"
     "--replica names a standby of a PostgreSQL database, which may come several times: lists, pages and reports are "
     "read\n"
     "there when it shows as much as the database itself.\n"
     "--anchor-to adds each signature of history to a file (see kaname anchor).\n"
     "--backup-to takes backups by itself, --backup-copy copies each to a second place, and now and then the newest "
     "is\n"
     "restored in --backup-scratch (the database's folder) to prove that it can be. Each leaves a record.\n"
     "A copy in an object store needs --backup-s3-key-file FILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and,\n"
     "unless it is Amazon's, --backup-s3-endpoint URL [--backup-s3-region NAME].\n"
     "What is written between two backups is kept beside them every --backup-journal-every (0: not), so that any "
     "moment\n"
     "can be restored.\n"},
    {"init", command_init, "make an empty database with its first administrator",
     "kaname init [--admin ACCOUNT]\n\nMakes the database and, when there is nobody yet, an administrator whose "
     "password is read from standard input.\n"},
    {"demo", command_demo, "fill an empty database with the demonstration organisation",
     "kaname demo [--months 18] [--until TIME]\n\nDeterministic: the same options give the same organisation. Accounts "
     "have the password demo.\n"},
    {"import", command_import, "take records in from CSV, or a calendar's holidays",
     "kaname import MAPPING.yaml FILE... [--dry-run]\n"
     "kaname import --holidays CALENDAR FILE [--years A-B] [--dry-run]\n\n"
     "Tells what it took, and what it refused and why, by line. --dry-run reads everything and changes nothing.\n"
     "--holidays gives a calendar, by number or name, the holidays of a CSV or iCalendar file; --years 2024-2030 says\n"
     "of which years (last year to five years ahead unless told otherwise).\n"},
    {"export", command_export, "write records as CSV",
     "kaname export COLLECTION [--filter EXPRESSION] [--as-of TIME] [--bom]\n\nCSV on standard output, UTF-8, with a "
     "line of names. --bom begins it with a byte order mark, for spreadsheets.\n"},
    {"backup", command_backup, "copy the whole database into one encrypted file, while it is served",
     "kaname backup FILE --passphrase-file FILE | --key-file FILE\n\n"
     "FILE must not exist. The passphrase may come from KANAME_BACKUP_PASSPHRASE instead; a key file holds 32 bytes "
     "at\n"
     "least, of chance (head -c 32 /dev/urandom). Nobody but its owner may read either. The signing key is not in "
     "it.\n"},
    {"restore", command_restore, "make a database of a backup, proven to be whole",
     "kaname restore FILE --database sqlite:NEW --passphrase-file FILE | --key-file FILE\n"
     "kaname restore FOLDER --to-moment MOMENT --database sqlite:NEW --passphrase-file FILE | --key-file FILE\n"
     "kaname restore FILE|FOLDER --test [--scratch FOLDER] --passphrase-file FILE | --key-file FILE\n"
     "kaname restore postgresql://... --test --backup NAME\n\n"
     "--erasures FILE erases again what was erased since (default: what lies beside anchor_to).\n"
     "Nothing may be at NEW. The copy gets its name only after every byte, all counts and the history were proven.\n"
     "--to-moment 2026-11-26T10:15:00+09:00 (or: latest) takes the newest backup in FOLDER that is not after it, and "
     "all\n"
     "changes that were confirmed from there up to that moment, as far as a journal of changes was kept.\n"
     "FOLDER may be s3://BUCKET/PREFIX, with --s3-endpoint URL, --s3-region NAME and --s3-key-file FILE.\n"
     "--test proves the same in a folder of its own within FOLDER (.), and leaves a record in the database. Of a "
     "PostgreSQL\n"
     "server it proves what was restored there, by its own tools and not for use, of the backup that is called "
     "NAME.\n"},
    {"mail-in", command_mail_in, "take in a mail from standard input",
     "kaname mail-in [--mailbox ADDRESS] < MESSAGE\n\nFor mail servers that hand mail to a program (Postfix, Exim). "
     "Tells what became of it. Without --mailbox the\nmailbox among the recipients takes it, or the only one. Exit "
     "codes are those of sysexits.h: 75 asks to be tried\nagain, 67 means that there is no such mailbox, 77 that the "
     "sender is refused. A mail is taken in once, however\noften it is handed over.\n"},
    {"migrate", command_migrate, "copy the database into an empty one, of either kind",
     "kaname migrate --to URL [--at-rest] [--verbose]\n\nCopies one moment of --database, table by table, and compares "
     "the copy "
     "with it: counts, contents, and the history\nwith its checkpoints. Others may go on working with the source, but "
     "what they change meanwhile is not in the copy:\nit is told how many changes those are, and with --at-rest the "
     "copy is then left unfinished. A copy that was not finished\ncannot be served. The signing key is no part of a "
     "database: take the file along.\n"},
    {"verify", command_verify, "prove that history is whole, or name what is broken",
     "kaname verify [--anchor FILE]\nkaname verify --pack DIR [--public-key FILE|DIGITS]\n\nReads every event, row, "
     "file and checkpoint, and whether history goes on from "
     "the anchors in FILE. Exit code 1\nwhen something is broken.\n"
     "--pack names each file of an evidence pack that is missing, changed or added, and whether it is signed: by the "
     "key in\nFILE (PEM, or 64 hexadecimal digits) or by these digits, else by the key that lies in the pack. It needs "
     "no database.\n"},
    {"anchor", command_anchor, "sign history as it is now, for keeping elsewhere",
     "kaname anchor [FILE]\n\nAdds a line to FILE, or prints it, to be sent by mail or to a webhook. What is kept out "
     "of reach of those who\ncan alter the database proves with verify --anchor that its end was not cut off.\n"},
    {"erase", command_erase, "erase what is kept of a person, for good",
     "kaname erase --person ACCOUNT --ground GROUND [--also \"NUMBER...\"] [--only-own] [--asked-by TEXT] [--title "
     "TEXT]\n"
     "             [--anchor-to FILE]\n\nAs a request that was decided outside; it leaves the record of one, with "
     "how much was erased. --also names records\nto erase besides those that are about the person; --only-own leaves "
     "what the person wrote about others. Grounds are\nthose of the model: not_needed, withdrawn, objection, unlawful, "
     "leak, duty, retention. With --anchor-to a line is\nadded to FILE.erasures, by which kaname restore erases "
     "again.\n"},
    {"conformity", command_conformity, "tell how the demands of the standard stand",
     "kaname conformity [--clause 4.5] [--state gap] [--json] [--japanese]\n\nA line for each demand, with what its "
     "checks miss, and the sums of the states (not_built, met, judgement,\nstale, gap). --json writes what "
     "/api/v1/conformity says.\n"},
    {"evidence", command_evidence, "write signed evidence into a folder, for auditors to take away",
     "kaname evidence --out DIR [--clause 4.5] [--reader ACCOUNT] [--organisation NAME] [--as-of DATE] [--japanese]\n\n"
     "Pages in Japanese and English that need no program, tables (CSV, with Japanese heads after --japanese), a paper "
     "(PDF,\nwhere weasyprint is installed), and a signed list of all of it. DIR must not exist, or be empty. "
     "--reader says with whose\neyes: what that person may not see is left out and counted; without it nothing that is "
     "restricted is in it.\nkaname verify --pack DIR tells on any machine whether it is as it was made.\n"},
    {"model", command_model, "check the declared processes, or list them",
     "kaname model check [DIR]\nkaname model list\n\ncheck loads the built-in processes, or those of DIR, with the "
     "overlays, and names every fault with file and line.\n"},
    {"user", command_user, "make people and set passwords",
     "kaname user create ACCOUNT --name NAME [--role ROLE] [--customer NUMBER]\nkaname user password "
     "ACCOUNT...\nkaname "
     "user list\n\nPasswords are read from standard input, a line for each.\n"},
    {"token", command_token, "make and revoke tokens for the API",
     "kaname token create --user ACCOUNT [ACCOUNT...] [--name TEXT] [--scope all|read] [--days N]\nkaname token revoke "
     "ID\n\ncreate prints the token alone, a line for each account; it is shown only once.\n"},
    {"clock", clock_command, "evaluate service level clocks given as JSON",
     "kaname clock < CASES.json\n\nReads an array of cases on standard input and prints an array of answers.\n"},
};

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static void help_all(FILE *out)
{
	fputs("kaname: a service management system\n\nUsage: kaname COMMAND [options]; kaname COMMAND --help tells "
	      "more.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].summary)
			fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs(common_help, out);
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		help_all(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help_all(stdout);
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("kaname " KANAME_VERSION);
		return EXIT_OK;
	}
	if (!hash_start()) {
		fputs("kaname: the cryptographic library cannot be used\n", stderr);
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		if (wants_help(argc - 2, argv + 2)) {
			printf("%s%s", commands[i].help, common_help);
			return EXIT_OK;
		}
		return commands[i].run(argc - 2, argv + 2);
	}
	fprintf(stderr, "kaname: there is no command '%s'; kaname --help lists them\n", argv[1]);
	return EXIT_USAGE;
}
