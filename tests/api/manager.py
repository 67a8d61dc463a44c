"""Plays the part of systemd: listens, starts a program with that socket and a NOTIFY_SOCKET, and tells on standard output, a JSON object a line, at which
port it listens, what the program notifies, and how it ended. Once told to on standard input ("again"), it starts the program anew at the same socket.

    manager.py PROGRAM [ARGUMENT...]"""
import json, os, socket, subprocess, sys, tempfile, threading


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def start(listener, address):
    def settle():  # in the child, whose own id LISTEN_PID must name
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.dup2(listener.fileno(), 3)

    os.environ.update(LISTEN_FDS="1", NOTIFY_SOCKET=address, WATCHDOG_USEC="600000")
    program = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"] + sys.argv[1:]
    child = subprocess.Popen(program, preexec_fn=settle, pass_fds=[3], stdin=subprocess.DEVNULL)
    tell(pid=child.pid)
    return child


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    address = os.path.join(tempfile.mkdtemp(prefix="kaname-test-"), "notify")
    notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notes.bind(address)
    tell(port=listener.getsockname()[1])

    def listen():
        while True:
            tell(notify=notes.recv(4096).decode())

    threading.Thread(target=listen, daemon=True).start()
    while True:
        tell(ended=start(listener, address).wait())
        if sys.stdin.readline() != "again\n":
            break
    notes.close()
    os.unlink(address)
    os.rmdir(os.path.dirname(address))


main()
