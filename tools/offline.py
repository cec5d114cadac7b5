"""Runs a command where there is no network but loopback: python tools/offline.py COMMAND [ARGUMENT ...]

It needs Linux and util-linux's `unshare`, but no rights. Elsewhere it says so and runs the command as it is.
"""

import fcntl
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence

INSIDE = "--inside"
ALONE = ("unshare", "--map-root-user", "--net")
SIOCSIFFLAGS = 0x8914
UP_AND_RUNNING = 0x1 | 0x40
"""Flags of an interface (Linux: netdevice(7))."""


def main(arguments: Sequence[str]) -> int:
    """The exit code of the command; 128 + n when signal n ended it, 127 when there is no such command."""
    if arguments[:1] == [INSIDE]:
        raise_loopback()
        return run(arguments[1:])
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    if can_unshare():
        return run([*ALONE, sys.executable, __file__, INSIDE, *arguments])
    print("offline: no network namespace can be made here; the command runs with the network there is", file=sys.stderr)
    return run(arguments)


def can_unshare() -> bool:
    """Whether this machine lets us make an empty network namespace."""
    try:
        return subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def raise_loopback() -> None:
    """Switches 127.0.0.1 and ::1 on; a fresh namespace has them switched off."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))


def run(command: Sequence[str]) -> int:
    """The command's exit code, as a shell would give it."""
    try:
        code = subprocess.run(command, check=False).returncode
    except FileNotFoundError:
        print(f"offline: there is no command {command[0]!r}", file=sys.stderr)
        return 127
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
