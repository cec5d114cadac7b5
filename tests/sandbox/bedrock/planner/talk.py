"""Plays a conversation: the planner speaks, `respond` answers its calls."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.bedrock.planner.plan import plan
from sandbox.bedrock.turns import Turn
from tests.sandbox.bedrock.toolsets import Tool

Result = dict[str, Any]
Respond = Callable[[str, dict[str, Any]], Result]


def marked(text: str, source: str = "google list_users") -> str:
    return f'<untrusted source="{source}">\n{text}\n</untrusted>'


def ok(value: Any) -> Result:
    """A result as the bot hands it on."""
    text = value if isinstance(value, str) else json.dumps(value)
    return {"content": marked(text), "is_error": False}


def error(text: str) -> Result:
    return {"content": text, "is_error": True}


def asked(tool: str, args: dict[str, Any]) -> str:
    return f"{tool} {json.dumps(args)}"


def converse(tools: list[Tool], ask: str, respond: Respond, added: dict[int, str] | None = None) -> list[Turn]:
    """All turns up to the answer. `added` are replies of the requester, by the turn after whose results they come."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": ask}]}]
    turns: list[Turn] = []
    while not turns or turns[-1].calls:
        assert len(turns) < 20, "the planner does not come to an end"
        turns.append(plan({"messages": messages, "tools": tools}))
        uses, results = [], []
        for n, (name, raw, *_) in enumerate(turns[-1].calls):
            use_id = f"toolu_{len(turns)}_{n}"
            uses.append({"type": "tool_use", "id": use_id, "name": name, "input": json.loads(raw)})
            results.append({"type": "tool_result", "tool_use_id": use_id, **respond(name, json.loads(raw))})
        said = [{"type": "text", "text": text} for text in [(added or {}).get(len(turns), "")] if text]
        messages += [
            {"role": "assistant", "content": [{"type": "text", "text": turns[-1].text}, *uses]},
            {"role": "user", "content": [*results, *said]},
        ]
    return turns


def calls(turns: list[Turn]) -> list[list[str]]:
    return [[f"{name} {raw}" for name, raw, *_ in turn.calls] for turn in turns if turn.calls]
