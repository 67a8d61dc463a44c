/* program: configuration, and the parts of Kaname opened in their order. */
#ifndef APP_PROGRAM_H
#define APP_PROGRAM_H

#include "insight/conformity.h"
#include "insight/dashboards.h"
#include "record/kernel.h"

enum { OVERLAYS_MOST = 16, RELAYS_NAMED_MOST = 8 };

struct mail_settings { /* of mail that goes out; as they were written; NULL: unless told otherwise */
	const char *relays[RELAYS_NAMED_MOST]; /* "smtp://HOST:PORT"; none: nothing is sent */
	size_t relay_count;
	const char *from;                              /* "Service desk <desk@example.com>" */
	const char *user, *password_file, *token_file; /* of the relays */
	const char *keep; /* "400d": how long what was sent is kept whole; NULL: for ever */
	const char *tls;  /* "required", "tried", "none" */
	const char *ca_file;
};

struct backup_settings { /* as they were written; NULL: unless told otherwise */
	const char *key_file, *passphrase_file;
	const char *passphrase;         /* from the environment only */
	const char *to, *copy;          /* folders: of backups that are taken by themselves, and of their copies */
	const char *every, *test_every; /* "6h", "7d"; "0": never */
	const char *journal_every;      /* "10s"; "0": no journal is kept */
	const char *keep;
	const char *s3_endpoint, *s3_region, *s3_key_file; /* of the copies, when they go to s3://... */
	const char *scratch;                               /* a folder for restore tests */
	const char *erasures;                              /* of a restore: a file of what was erased since */
};

struct mail_in_settings {        /* as they were written; NULL: unless told otherwise */
	const char *lmtp_listen; /* a path, or a loopback address with its port; NULL: nobody hands mail over so */
	const char *secrets;     /* a folder: of the mailboxes that are fetched from; NULL: none is */
	const char *ca_file;     /* whom to believe that they are these servers; NULL: those of the system */
	const char *every;       /* "1m" */
};

struct settings { /* from the command line, else the environment, else the configuration file, else presets */
	const char *database; /* "sqlite:./var/kaname.db" */
	const char *config;
	const char *overlays[OVERLAYS_MOST];
	size_t overlay_count;
	const char *replicas[REPLICAS_MOST]; /* of the database, for reading */
	size_t replica_count;
	const char *listen; /* "127.0.0.1:8080" */
	const char *key;    /* signing key; NULL: beside the database */
	const char *trusted_peers;
	struct backup_settings backup;
	struct mail_settings mail;
	const char *organisation; /* whose evidence packs are; NULL: not told */
	const char *origin;       /* "https://kaname.example.com": where people reach it; for links in mails */
	struct mail_in_settings mail_in;
	instant founded;       /* of a demonstration (record/kernel.h) */
	bool keeps_journal;    /* of the database (store/journal.h); whoever serves and keeps backups says so */
	const char *anchor_to; /* a file that every checkpoint is added to; NULL: none */
	/* Numbers, as they were written; NULL: the presets of http_options. */
	const char *connections, *connections_per_address, *request_seconds;
	const char
	    *count_milliseconds;   /* for a count that somebody asks for beside a page; 500 unless told otherwise */
	const char *drain_seconds; /* between saying that the end is near and refusing; 0 unless told otherwise */
	const char *log_level, *log_format; /* words of base/log.h; NULL: info, and what suits stderr */
	const char *webhook_networks;       /* inner networks that webhooks may go to */
	unsigned threads;
};

/* The texts of the configuration file. */
struct setting {
	const char *name;
	size_t at; /* where settings keep it: a const char * */
	/* What a service that reads its settings anew does with one that has changed. */
	enum setting_change {
		CHANGE_AT_ONCE,
		CHANGE_ANEW,    /* it starts itself anew in its place */
		CHANGE_RESTART, /* nothing: it says where the data lie, so it takes somebody who stops the service */
	} change;
};
extern const struct setting setting_names[]; /* ends with NULL */
const char *setting_get(const struct settings *settings, const struct setting *setting);

/* Fills what is still empty from the environment (KANAME_DATABASE, KANAME_CONFIG), the configuration file and the
 * presets. Texts live in the arena. */
MUST enum status settings_complete(struct arena *arena, struct settings *settings, struct error *error);

/* Lets the log speak as they say. E_INVALID: no such word. */
MUST enum status settings_use_log(const struct settings *settings, struct error *error);

struct program {
	struct arena *arena;
	const struct model *model;
	struct figures figures; /* that the model declares */
	struct dashboards dashboards;
	struct register_of_demands demands; /* of the standard */
	struct conformity conformity;       /* how they are looked at */
	struct store *store;
	struct kernel *kernel;
};

/* The model alone: what is built in, and the overlays. */
MUST enum status program_load_model(struct arena *arena, const struct settings *settings, const struct model **model,
				    struct error *error);
/* Tells whether overlays are the same as before. */
MUST enum status program_hash_overlays(struct arena *arena, const struct settings *settings, struct hash *hash,
				       struct error *error);
/* The demands of the standard, as built in. */
MUST enum status program_load_register(struct arena *arena, struct register_of_demands *demands, struct error *error);
/* The directory of a database that is a file. */
MUST enum status program_make_directory(struct arena *arena, const char *database, struct error *error);
/* Model, store and kernel. create: make the database when it is absent, and bring its tables to this model even if
 * other nodes have brought them on from it. */
MUST enum status program_open(const struct settings *settings, bool create, struct program *program,
			      struct error *error);
void program_close(struct program *program);

/* Call before program_open() when program_serve() follows: threads that are started later inherit that the signals
 * wait for it. */
void program_hold_signals(void);
/* Whether a service could start with these settings and the processes on disk; neither the database is opened nor the
 * address taken. */
MUST enum status program_check(const struct settings *settings, struct error *error);
/* Serves until SIGINT or SIGTERM, then finishes what was accepted and closes the program; another of them ends it at
 * once. SIGHUP reads the settings anew, beginning with those that were given, and starts the program anew with the same
 * words (argv, of the whole process) when that is what they ask for. Tells systemd about all that. */
MUST enum status program_serve(struct program *program, const struct settings *given, const struct settings *settings,
			       char *const *argv, struct error *error);

#endif
