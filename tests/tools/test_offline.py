"""A command without a network but loopback."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools/offline.py"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LOOPBACK = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), timeout=5).close()
print("reached")
"""
INTERFACES = "import socket; print([name for _, name in socket.if_nameindex()])"


def offline(*command: str, path: str = PATH) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *command], check=False, capture_output=True, text=True, env={"PATH": path}, timeout=30
    )


def test_loopback_works() -> None:
    assert offline(sys.executable, "-c", LOOPBACK).stdout == "reached\n"


def test_there_is_no_other_interface_or_it_is_said_that_there_may_be() -> None:
    done = offline(sys.executable, "-c", INTERFACES)
    assert done.returncode == 0
    assert (done.stdout == "['lo']\n") != ("no network namespace" in done.stderr)


def test_where_nothing_can_be_unshared_the_command_runs_all_the_same(tmp_path: Path) -> None:
    done = offline(sys.executable, "-c", "print('ran')", path=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert "the command runs with the network there is" in done.stderr


@pytest.mark.parametrize("path", [PATH, "/nowhere"], ids=["inside", "without unshare"])
@pytest.mark.parametrize(("code", "given"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_code_is_passed_through(path: str, code: str, given: int) -> None:
    assert offline(sys.executable, "-c", code, path=path).returncode == given


def test_arguments_arrive_as_they_were_given() -> None:
    done = offline(sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "--inside", "")
    assert done.stdout == "['a b', '--inside', '']\n"


def test_a_command_that_is_not_there_is_named() -> None:
    done = offline("no-such-command")
    assert done.returncode == 127
    assert "no-such-command" in done.stderr


def test_without_a_command_the_usage_is_shown() -> None:
    done = offline()
    assert (done.returncode, done.stdout) == (2, "")
    assert "COMMAND" in done.stderr
