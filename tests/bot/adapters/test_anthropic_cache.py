"""The prompt's prefix is the same bytes over turns, requests and restarts, and is read from the cache (on the wire)."""

import itertools
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.anthropic_client import Kind
from bot.adapters.anthropic_model import AnthropicModel
from bot.adapters.anthropic_prompt import Asking
from bot.prompts import SYSTEM
from sandbox.bedrock.prefix import LIFE, PromptCache
from sandbox.bedrock.turns import Turn
from tests.bot.adapters.anthropic_stand_in import MODEL, Event, World, asking, client_at, model_world
from tests.engine import Engine
from tests.world import World as Outside

LOOK = ("google__get_user", '{"user_key": "léa@example.com"}')
MARK = ',"cache_control":{"type":"ephemeral"}'
COUNTED = ("input_tokens", "cache_write_tokens", "cache_read_tokens")

pytestmark = pytest.mark.usefixtures("aws_keys")


@pytest.fixture
async def claude() -> AsyncIterator[World]:
    async with model_world(Asking(Kind.BEDROCK)) as world:
        yield world


@asynccontextmanager
async def process(claude: World, outside: Outside, file: Path) -> AsyncIterator[Engine]:
    """A bot with a client of its own on that file, as after a restart."""
    engine = await Engine.open(file, outside)
    async with client_at(Kind.BEDROCK, claude.url) as client:
        engine.core = replace(engine.core, model=AnthropicModel(client, MODEL, 1000))
        yield engine
    await engine.close()


def member(raw: bytes, name: str) -> str:
    """A member of the body as it stood on the wire, byte by byte."""
    text = raw.decode()
    start = text.index(f'"{name}":') + len(name) + 3
    return text[start : json.JSONDecoder().raw_decode(text, start)[1]]


def said(raw: bytes) -> str:
    """The messages without marks, open at their end."""
    return member(raw, "messages").replace(MARK, "").removesuffix("]")


async def a_story(claude: World, folder: Path) -> None:
    """Two requests of two people; the process ends while the first one waits for an approval."""
    outside, file = Outside(), folder / "store.sqlite3"
    think = ("Hm.",)
    claude.switch.say(
        Turn(calls=[LOOK, LOOK], thinking=think),
        Turn("She left.", [("google__suspend_user", '{"user_key":"léa@example.com"}')], thinking=think),
        Turn("Done.", thinking=think),
        Turn("Hello."),
    )
    async with process(claude, outside, file) as engine:
        await engine.mention("suspend Léa")
        await engine.run()
    async with process(claude, outside, file) as engine:
        await engine.click()
        await engine.run()
        await engine.mention("who are you?", user="U-other", ts="200.0")
        await engine.run()
    assert len(outside.effects) == 1


async def test_the_prefix_is_the_same_bytes_over_turns_requests_and_restarts(claude: World, tmp_path: Path) -> None:
    await a_story(claude, tmp_path)
    raws = [asked.raw for asked in claude.switch.requests]
    assert len(raws) == 4
    assert {member(raw, "system") for raw in raws} == {member(raws[0], "system")}
    assert {member(raw, "tools") for raw in raws} == {member(raws[0], "tools")}
    assert json.loads(member(raws[0], "system"))[0]["text"] == SYSTEM
    for earlier, later in itertools.pairwise(raws[:3]):
        assert said(later).startswith(said(earlier))


async def test_what_was_sent_before_is_read_from_the_cache(
    claude: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="bot.adapters.anthropic_model"):
        await a_story(claude, tmp_path)
    turns = [tuple(vars(line)[name] for name in COUNTED) for line in caplog.records if line.msg == "model.turn"]
    (fresh, written, read), second, third, other = turns
    assert (fresh, read) == (0, 0)
    assert written > 512
    assert (second[0], second[2]) == (0, written)
    assert (third[0], third[2]) == (0, sum(second))
    assert 0 < other[2] < written
    assert other[0] == 0


async def test_a_cache_that_has_forgotten_is_written_anew(claude: World, caplog: pytest.LogCaptureFixture) -> None:
    passed = [0.0]
    claude.switch.cache = PromptCache(elapsed=lambda: passed[0])
    claude.switch.say(*[Turn("Hello.")] * 4)
    long = replace(asking(), system="Careful. " * 500)
    with caplog.at_level(logging.INFO, logger="bot.adapters.anthropic_model"):
        for at in (0.0, LIFE - 1, 2 * LIFE - 2, 4 * LIFE):
            passed[0] = at
            await claude.model.turn(long)
    assert [vars(line)["cache_read_tokens"] > 512 for line in caplog.records] == [False, True, True, False]
    assert [vars(line)["cache_write_tokens"] > 512 for line in caplog.records] == [True, False, False, True]


@pytest.mark.parametrize("turns", [1, 2, 3, 8])
async def test_there_are_never_more_marks_than_a_request_may_have(claude: World, turns: int) -> None:
    claude.switch.say(Turn("Hello."))
    more: list[Event] = []
    for n in range(turns):
        used = {"type": "tool_use", "id": f"t{n}", "name": "google__get_user", "input": {}}
        result = {"type": "tool_result", "tool_use_id": f"t{n}", "content": "none"}
        more += [{"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]
    await claude.model.turn(asking("Look", *more))
    raw = claude.switch.requests[0].raw
    assert raw.decode().count(MARK) == 1 + min(turns, 2)
    assert [MARK in json.dumps(one, separators=(",", ":")) for one in json.loads(member(raw, "messages"))[-1:]] == [
        True
    ]
