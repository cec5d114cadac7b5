"""The bot as a child process."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from sandbox.bot_process import BotProcess, Command, described
from sandbox.clock import SettableClock
from sandbox.feed import Feed
from sandbox.steps import StepLog
from tests.sandbox.slack.stage import eventually

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
WAITS = "import signal; print('ready', flush=True); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS


def bot(code: str, folder: Path, environment: dict[str, str] | None = None) -> BotProcess:
    command = Command((sys.executable, "-c", code), environment or {}, folder)
    return BotProcess(command, StepLog(SettableClock(NOON)), Feed())


def titles(process: BotProcess) -> list[str]:
    return [step.title for step in process.log.after(0)]


async def test_what_it_writes_becomes_steps(tmp_path: Path) -> None:
    code = """import sys; print('plain'); print('{"event": "posted", "ts": "1.1"}', file=sys.stderr)"""
    process = bot(code, tmp_path)
    await process.start()
    await process.ended()
    await eventually(lambda: "The bot's process ended (exit code 0)" in titles(process))
    assert {"plain", "Bot: posted"} <= set(titles(process))


async def test_only_the_given_environment_reaches_it(tmp_path: Path) -> None:
    process = bot("import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))", tmp_path, {"ONLY": "this"})
    await process.start()
    await process.ended()
    assert "['ONLY']" in titles(process)


async def test_a_second_start_does_nothing_while_it_runs(tmp_path: Path) -> None:
    process = bot(WAITS, tmp_path)
    await process.start()
    before = process.state
    await process.start()
    assert process.state == before
    await process.kill()
    assert process.state == {"state": "stopped", "kill_after_send": "off"}
    await process.kill()


async def test_it_is_struck_once_and_only_when_that_was_planned(tmp_path: Path) -> None:
    process = bot(WAITS, tmp_path)
    await process.start()
    assert not await process.strike()
    process.arm(armed=True)
    process.arm(armed=False)
    assert not await process.strike()
    process.arm(armed=True)
    assert (process.state["state"], process.state["kill_after_send"]) == ("running", "armed")
    assert await process.strike()
    assert process.state == {"state": "stopped", "kill_after_send": "struck"}
    assert not await process.strike()
    await process.ended()
    await eventually(lambda: "The bot's process ended (signal SIGKILL)" in titles(process))
    await process.start()
    assert process.state["kill_after_send"] == "off"
    await process.kill()


async def test_one_that_does_not_run_is_not_struck(tmp_path: Path) -> None:
    process = bot(WAITS, tmp_path)
    process.arm(armed=True)
    assert not await process.strike()
    assert process.state == {"state": "stopped", "kill_after_send": "armed"}


async def test_the_blow_can_be_called_off_while_google_takes_its_moment(tmp_path: Path) -> None:
    process = bot(WAITS, tmp_path)
    await process.start()
    process.arm(armed=True)
    blow = asyncio.ensure_future(process.strike())
    await asyncio.sleep(0)
    process.arm(armed=False)
    assert not await blow
    assert process.state["state"] == "running"
    await process.kill()


async def test_it_is_asked_to_end_first(tmp_path: Path) -> None:
    process = bot(WAITS, tmp_path)
    await process.start()
    await eventually(lambda: "ready" in titles(process))
    await process.stop()
    await eventually(lambda: "The bot's process ended (signal SIGTERM)" in titles(process))


async def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    process = bot(STUBBORN, tmp_path)
    process.patience = 0.1
    await process.start()
    await eventually(lambda: "ready" in titles(process))
    await process.stop()
    await eventually(lambda: "The bot's process ended (signal SIGKILL)" in titles(process))


async def test_one_that_never_started_can_be_stopped(tmp_path: Path) -> None:
    await bot(WAITS, tmp_path).stop()


def test_a_log_line_is_described_by_its_event_or_kept_as_it_is() -> None:
    assert described('{"event": "acked", "ms": 3}') == ("Bot: acked", {"event": "acked", "ms": 3})
    assert described('{"level": "info"}') == ('{"level": "info"}', {"level": "info"})
    assert described("Traceback") == ("Traceback", "Traceback")
