/* commands: one function a subcommand; argv holds what follows the subcommand's name. Each returns the exit code. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/clock_command.h"
#include "cli/options.h"

int command_serve(int argc, char **argv);
int command_init(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_import(int argc, char **argv);
int command_export(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_mail_in(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_anchor(int argc, char **argv);
int command_erase(int argc, char **argv);
int command_conformity(int argc, char **argv);
int command_evidence(int argc, char **argv);
int command_model(int argc, char **argv);
int command_user(int argc, char **argv);
int command_token(int argc, char **argv);

/* Of verify: an evidence pack alone. key NULL: the one that lies in it. */
int verify_pack(const char *folder, const char *key);

#endif
