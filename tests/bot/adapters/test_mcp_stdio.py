"""Servers as child processes: what they are given, how much of them is read, and that they are gone in the end."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.mcp_config import Entry
from bot.adapters.mcp_configured import spec_of
from bot.adapters.mcp_limits import MOST_BYTES
from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_stdio import LINES, StdioTransport
from bot.adapters.mcp_toolbox import McpToolbox
from bot.models.requirement import Effect
from bot.pictures import LARGEST, MOST
from bot.ports import ToolOutcome
from tests.bot.adapters import raw_mcp
from tests.contracts.toolbox import Bench, call, soon

RAW = (sys.executable, "-IS", str(Path(raw_mcp.__file__)))
EFFECTS = {"env": Effect.READ, "huge": Effect.READ}
SHORT = 0.3
"""Seconds of grace, where a child will not go by itself."""


def child(
    mode: str = "", *, environ: Mapping[str, str] | None = None, grace: float = 5.0, most: int = MOST_BYTES
) -> ServerSpec:
    transport = StdioTransport("raw", (*RAW, mode), lambda: environ or {}, grace=grace, most=most)
    return ServerSpec("raw", transport, "v1", EFFECTS)


@asynccontextmanager
async def opened(
    *specs: ServerSpec, patience: float = 20.0, now: Callable[[], float] | None = None
) -> AsyncIterator[McpToolbox]:
    toolbox = McpToolbox(specs, patience=patience, now=now)
    try:
        yield toolbox
    finally:
        await toolbox.close()


async def read(toolbox: McpToolbox, name: str, **arguments: Any) -> Any:
    result = await call(toolbox, f"raw__{name}", json.dumps(arguments, separators=(",", ":")))
    return json.loads(result.text)


def lives(pid: int) -> bool:
    """A zombie that nobody has reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_there(path: str) -> bool:
    return Path(path).exists()


async def test_a_child_is_given_what_is_configured_and_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-ours")
    async with opened(child(environ={"TOKEN": "theirs"})) as toolbox:
        given = (await read(toolbox, "env"))["environ"]
    assert given.pop("LC_CTYPE", "") in {"", "C.UTF-8"}  # Python sets it for itself (PEP 538)
    assert given == {"PATH": "/usr/local/bin:/usr/bin:/bin", "TOKEN": "theirs"}


async def test_a_secret_in_a_file_is_read_when_the_child_starts_and_stands_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    entry = Entry(command=RAW[0], args=RAW[1:], env={"TOKEN": f"file:{tmp_path}/token", "KEY": "s3cret"})
    spec = spec_of("raw", entry)
    assert "s3cret" not in repr((spec, entry, spec.server))
    async with opened(replace(spec, effects=EFFECTS)) as toolbox:
        given = (await read(toolbox, "env"))["environ"]
    assert (given["TOKEN"], given["KEY"]) == ("s3cret", "s3cret")


@pytest.mark.parametrize("mode", ["", "stubborn"])
async def test_in_the_end_a_child_and_whoever_it_forked_are_gone(mode: str) -> None:
    async with opened(child(mode, grace=SHORT)) as toolbox:
        pids = await read(toolbox, "fork")
        assert all(lives(pid) for pid in pids)
    assert [pid for pid in pids if lives(pid)] == []


async def test_a_child_that_never_answers_is_missing_and_is_gone_while_the_others_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started = list[int]()
    spawn = asyncio.create_subprocess_exec

    async def noted(*arguments: Any, **named: Any) -> Any:
        process = await spawn(*arguments, **named)
        started.append(process.pid)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    bench = Bench()
    silent = replace(child("hang", grace=SHORT), alias="silent")
    async with opened(silent, ServerSpec("bench", bench.server, "v1"), patience=2.5) as toolbox:
        with caplog.at_level(logging.WARNING, logger="bot"):
            found = await soon(toolbox.tools())
    assert (found.missing, len(found.tools)) == (("silent",), 4)
    assert [vars(line)["what"] for line in caplog.records] == ["silent: no answer within 2.5 seconds"]
    assert started
    assert [pid for pid in started if lives(pid)] == []


async def test_a_child_that_dies_under_a_call_leaves_its_fate_open_and_is_started_again() -> None:
    async with opened(child()) as toolbox:
        first = (await read(toolbox, "env"))["pid"]
        result = await call(toolbox, "raw__die")
        assert (result.outcome, "broke" in result.text) == (ToolOutcome.UNKNOWN, True)
        assert (await read(toolbox, "env"))["pid"] != first


async def test_a_child_that_dies_again_and_again_is_left_alone_for_longer_and_longer() -> None:
    moment = [1000.0]
    async with opened(child(), now=lambda: moment[0]) as toolbox:

        async def is_missing(later: float = 0.0) -> bool:
            moment[0] += later
            return (await toolbox.tools()).missing == ("raw",)

        await call(toolbox, "raw__die")
        assert not await is_missing()
        for wait in (1.0, 2.0, 4.0):
            await call(toolbox, "raw__die")
            assert await is_missing()
            assert await is_missing(later=wait - 0.1)
            assert not await is_missing(later=0.2)
        moment[0] += 60.0
        await call(toolbox, "raw__die")
        assert not await is_missing()


@pytest.mark.parametrize("mode", ["", "backwards"])
async def test_an_answer_that_is_too_large_is_not_read_and_the_child_goes_on(mode: str) -> None:
    async with opened(replace(child(mode, most=100_000), timeout=30.0)) as toolbox:
        result = await call(toolbox, "raw__huge", '{"size":5000000}')
        assert (result.outcome, "not read; ask for less" in result.text) == (ToolOutcome.FAILED, True)
        assert (await call(toolbox, "raw__huge", '{"size":90000}')).text == "x" * 90_000


async def test_what_a_child_says_beside_the_protocol_is_logged_without_secrets_and_not_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="bot"):
        async with opened(child("chatty")) as toolbox:
            assert len((await toolbox.tools()).tools) == len(raw_mcp.NAMES)
            await soon(_logged(caplog, "server.said_too_much"))
    lines = [vars(line)["line"] for line in caplog.records if line.getMessage() == "server.said"]
    assert (len(lines), lines[0]) == (LINES, "line 0 password=‹redacted›")
    assert "hunter2" not in caplog.text + str([vars(line) for line in caplog.records])


async def test_a_child_that_says_too_much_on_one_line_is_logged_no_more_either(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="bot"):
        async with opened(child("breathless")) as toolbox:
            await toolbox.tools()
            await soon(_logged(caplog, "server.said_too_much"))
    assert caplog.messages.count("server.said") == LINES
    assert caplog.messages.count("server.said_too_much") == 1


async def _logged(caplog: pytest.LogCaptureFixture, message: str) -> None:
    while message not in caplog.messages:
        await _a_moment()


async def _a_moment() -> None:
    await asyncio.sleep(0.01)


async def test_a_command_that_is_not_there_is_said(caplog: pytest.LogCaptureFixture) -> None:
    gone = replace(child(), server=StdioTransport("raw", ("/no/such/program",), dict))
    with caplog.at_level(logging.WARNING, logger="bot"):
        async with opened(gone) as toolbox:
            assert (await toolbox.tools()).missing == ("raw",)
    assert vars(caplog.records[0])["what"] == (
        "raw: there is no program /no/such/program (its PATH is /usr/local/bin:/usr/bin:/bin)"
    )


async def test_a_child_has_a_folder_of_its_own_which_is_gone_in_the_end() -> None:
    async with opened(child()) as toolbox:
        told = await read(toolbox, "env")
    assert (told["folder"] != str(Path.cwd()), told["beside"]) == (True, [])
    assert not is_there(told["folder"])


async def test_a_folder_that_is_not_there_is_not_taken_for_the_program(caplog: pytest.LogCaptureFixture) -> None:
    lost = replace(child(), server=StdioTransport("raw", RAW, dict, "/no/such/folder"))
    with caplog.at_level(logging.WARNING, logger="bot"):
        async with opened(lost) as toolbox:
            assert (await toolbox.tools()).missing == ("raw",)
    assert vars(caplog.records[0])["what"] == "raw: No such file or directory"


async def test_an_answer_that_is_nested_too_deeply_ends_its_call_at_once() -> None:
    async with opened(replace(child(), write_timeout=10.0)) as toolbox:
        result = await call(toolbox, "raw__deep")
        assert (result.outcome, "could not be read" in result.text) == (ToolOutcome.UNKNOWN, True)
        assert (await call(toolbox, "raw__look")).text == "seen"


def test_four_images_fit_into_a_message_and_not_much_more() -> None:
    images = MOST * (LARGEST * 4 // 3)
    assert images < MOST_BYTES < images * 1.2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ('{"total":1}', ""),
        ('{"total":1000}', ""),  # rules that a server makes up as it likes may take for ever to work out
        ("{}", "'total' is missing"),
        ('{"total":"many"}', "'total' is not of type integer"),
    ],
)
@pytest.mark.parametrize("effect", [Effect.READ, Effect.WRITE])
async def test_a_result_that_breaks_the_servers_own_promise_is_not_believed(
    arguments: str, why: str, effect: Effect
) -> None:
    async with opened(replace(child(), effects={"lie": effect})) as toolbox:
        result = await call(toolbox, "raw__lie", arguments)
    broken = ToolOutcome.FAILED if effect is Effect.READ else ToolOutcome.UNKNOWN
    assert result.outcome is (broken if why else ToolOutcome.SUCCEEDED)
    assert why in result.text
