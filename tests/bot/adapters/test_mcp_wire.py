"""Rule 1 on the wire: what the model wrote, what is stored, and what a server receives are one text."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded, only its type is named here
from typing import Any

import pytest
from fastmcp import FastMCP
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.canonical import canonical
from bot.errors import BadInput
from bot.models.tools import Tool
from bot.ports import ToolOutcome
from tests.contracts.toolbox import tool_of
from tests.hostile import seeded

PARTS, EXAMPLES, VALUES = 4, 250, 50


LITERALS = ("null", "true", "false", "NaN", "-Infinity", "{}", "[]", '""')
NUMBERS = ("0", "-0", "-0.0", "1.0", "1.10", "1e3", "1E+2", "1e400", "0.1", "0.30000000000000004", "5e-324", "12.125")
BIG = ("9007199254740991", "9007199254740992", "-9007199254740993", "1" * 40)
HALVES = ('"\\ud83d"', '"\\ud83d\\ude00"', '"\\ude00\\ud83d"')
STRINGS = (*HALVES, '"\\u0041"', '"\\/"', '"\\u0000"', '"é"', '"e\u0301"', '"\\u2028\u2029"', '"🙂"')
KEYS = ('"a"', '"A"', '"b"', '"\\u0061"', '"ﬁ"', '"fi"', '"ß"', '"ss"', '"__proto__"', '"z\u200b"', '""', '"10"', '"9"')
SPACES = ("", "", " ", "\n\t")
LEAVES: tuple[Callable[[Random], str], ...] = (
    lambda dice: dice.choice((*LITERALS, *NUMBERS, *BIG, *STRINGS)),
    lambda dice: str(dice.randrange(2_000_000) - 1_000_000),
    lambda dice: repr(dice.uniform(-1e6, 1e6)),
    lambda dice: json.dumps(_text(dice), ensure_ascii=False),
    lambda dice: json.dumps(_text(dice)),
)


def raw_value(dice: Random, depth: int = 0) -> str:
    """JSON as a model might write it: plain, odd, or not JSON at all."""
    kind = dice.randrange(4) if depth < 3 else 0
    if kind == 1:
        return "[" + ",".join(_spaced(dice, raw_value(dice, depth + 1)) for _ in range(dice.randrange(4))) + "]"
    if kind == 2:
        return "{" + ",".join(_member(dice, depth) for _ in range(dice.randrange(4))) + "}"
    return dice.choice(LEAVES)(dice)


def _member(dice: Random, depth: int) -> str:
    key = dice.choice(KEYS) if dice.randrange(3) == 0 else json.dumps(_text(dice))
    return f"{_spaced(dice, key)}:{_spaced(dice, raw_value(dice, depth + 1))}"


def _text(dice: Random) -> str:
    """Any characters but halves of one."""
    points = (dice.randrange(0x250 if dice.randrange(3) else 0x20000) for _ in range(dice.randrange(6)))
    return "".join(chr(point) for point in points if not 0xD800 <= point <= 0xDFFF)


def _spaced(dice: Random, text: str) -> str:
    return dice.choice(SPACES) + text + dice.choice(SPACES)


def first_reading(text: str) -> Any:
    """What a reader sees who takes the first of two equal keys, and numbers as they are written."""

    def first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(reversed(pairs))

    return json.loads(text, object_pairs_hook=first_wins, parse_int=str, parse_float=str)


@dataclass(slots=True)
class Recorder(Middleware):
    """Keeps the arguments as they come off the wire, before anything is made of them."""

    received: list[dict[str, Any]] = field(default_factory=list)

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        self.received.append(context.message.arguments)
        return await call_next(context)


@pytest.mark.parametrize("part", range(PARTS))
def test_fifty_thousand_values_reach_the_server_exactly_as_they_are_stored(part: int) -> None:
    recorder = Recorder()
    server: FastMCP[Any] = FastMCP("wire", middleware=[recorder])
    server.tool(_take, name="take")
    toolbox = McpToolbox([ServerSpec("wire", server, "v1")])
    judged = {"accepted": 0, "refused": 0}

    async def send(tool: Tool, raws: Sequence[str]) -> None:
        accepted = [raw for raw in raws if _is_accepted(raw)]
        judged["accepted"] += len(accepted)
        judged["refused"] += len(raws) - len(accepted)
        raw = '{"values": [' + " , ".join(accepted) + "]}"
        stored = canonical(raw)
        result = await toolbox.call(tool, stored)
        assert result.outcome is ToolOutcome.SUCCEEDED, result.text
        received = json.dumps(recorder.received.pop(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert received == stored
        assert canonical(received) == stored
        assert first_reading(received) == first_reading(raw)

    with asyncio.Runner() as runner:
        tool = runner.run(tool_of(toolbox, "wire__take"))

        for example in range(EXAMPLES):
            dice = seeded(example * PARTS + part)
            runner.run(send(tool, [raw_value(dice) for _ in range(VALUES)]))
        runner.run(toolbox.close())
    assert sum(judged.values()) >= EXAMPLES * VALUES
    assert min(judged.values()) > EXAMPLES * VALUES // 10


def _take(values: Any) -> None:
    del values


def _is_accepted(raw: str) -> bool:
    try:
        canonical(f'{{"value":{raw}}}')
    except BadInput:
        return False
    return True
