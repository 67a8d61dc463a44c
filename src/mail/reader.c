/* The program that nurseries of readers are: what reads mail, and nothing else, so that there is little to copy. It is
 * a part of kaname (reader_program.h). */
#include <sys/prctl.h>

#include "mail/read.h"

int main(void)
{
	prctl(PR_SET_NAME, "mail-read");
	mail_read_child();
}
