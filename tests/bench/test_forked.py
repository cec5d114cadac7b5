"""Processes that are forked: as separate as those that are started anew."""

import os
import signal
import sys
from pathlib import Path

from bench.forked import forked


def tells_where_it_is() -> None:
    known = sorted(os.environ)  # noqa: TID251 - what this test is about
    heard = sys.stdin.readline().strip()
    sys.stdout.write(f"{known} {Path.cwd()} {heard} {'handlers.socket_mode' in sys.modules}\n")
    sys.stderr.write("trouble\n")
    sys.exit(3)


def waits() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.pause()


async def test_it_has_the_given_environment_and_folder_and_streams_of_its_own(tmp_path: Path) -> None:
    process = await forked(tells_where_it_is, {"ONLY": "this"}, tmp_path)
    process.stdin.write(b"hello\n")
    assert (await process.stdout.read()).decode() == f"['ONLY'] {tmp_path} hello True\n"
    assert await process.stderr.read() == b"trouble\n"
    assert (await process.wait(), process.returncode) == (3, 3)


async def test_it_can_be_killed_and_nobody_else_is(tmp_path: Path) -> None:
    first, second = [await forked(waits, {}, tmp_path) for _ in range(2)]
    assert first.pid != second.pid
    assert [await one.stdout.readline() for one in (first, second)] == [b"ready\n"] * 2
    first.kill()
    assert await first.wait() == -signal.SIGKILL
    first.kill()
    assert second.returncode is None
    second.send_signal(signal.SIGTERM)
    assert await second.wait() == -signal.SIGTERM
