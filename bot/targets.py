"""What a call is about, in the words that an approver types to confirm it."""

from bot.canonical import loads
from bot.models.call import Call
from bot.models.tools import Tool

MOST = 3_000
"""Characters (Slack docs, "plain-text input element": max_length)."""


def target(call: Call, tool: Tool | None) -> str:
    """The argument that names what is acted upon, exactly; the tool's name where there is none. Where there is one that
    is `untypable`, nothing that is typed confirms the call.
    """
    return _value(call, tool) or call.tool


def named(call: Call, tool: Tool | None) -> str:
    """What is to be typed, for a sentence."""
    return f"the value of {tool.target}" if tool and _value(call, tool) else f"the name of the tool, {call.tool}"


def untypable(call: Call, tool: Tool | None) -> bool:
    """Whether it has a target that nobody can type: with characters that are not seen, or longer than a form takes."""
    value = _text(call, tool)
    return not value.isprintable() or value != value.strip() or len(value) > MOST


def _value(call: Call, tool: Tool | None) -> str:
    """Nothing also for what nobody can type."""
    return "" if untypable(call, tool) else _text(call, tool)


def _text(call: Call, tool: Tool | None) -> str:
    """Nothing for a secret, and for what is no text."""
    if tool is None or not tool.target or tool.target in tool.secrets:
        return ""
    value = loads(call.arguments).get(tool.target)
    return value if isinstance(value, str) else ""
