"""What stands in for the world when our own side is measured: a model, tools and a thread that answer at once."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from bot.canonical import digest, tools_digest
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.ports import Prompt, Reply, ThreadMessage, ToolOutcome, ToolResult, ToolUse


def a_toolset(*tools: Tool) -> Toolset:
    """Under the digest that a store finds it by."""
    return Toolset(tools_digest([asdict(tool) for tool in tools], ()), tools)


SCHEMA = json.dumps({"type": "object", "properties": {"user_key": {"type": "string"}}, "required": ["user_key"]})
SUSPEND = Tool(
    "google",
    "suspend_user",
    "Suspends a user.",
    SCHEMA,
    digest("suspend_user", SCHEMA),
    digest("google"),
    Effect.WRITE,
    category="user_account_access",
    verb="Suspend user",
    target="user_key",
    system="Google Workspace",
)
OFFERED = a_toolset(SUSPEND)
LEAVER = re.compile(r"leaver\d+@example\.com")


class InstantModel:
    """Wants the leaver of the request suspended, then says that it is done."""

    async def turn(self, prompt: Prompt) -> Reply:
        if '"role":"assistant"' in prompt.messages:
            return Reply(json.dumps([{"type": "text", "text": "Done."}]), "Done.", (), "end_turn", 10, 5)
        found = LEAVER.search(prompt.messages)
        assert found is not None
        use = ToolUse("toolu_1", SUSPEND.full_name, json.dumps({"user_key": found[0]}))
        text = "They left the company."
        block = {"type": "tool_use", "id": use.id, "name": use.name, "input": {"user_key": found[0]}}
        return Reply(json.dumps([{"type": "text", "text": text}, block]), text, (use,), "tool_use", 10, 5)


@dataclass(frozen=True, slots=True)
class InstantTools:
    """Every call succeeds at once; `called` is told its arguments first."""

    called: Callable[[str], None]

    async def tools(self) -> Toolset:
        return OFFERED

    async def call(self, _tool: Tool, arguments: str) -> ToolResult:
        self.called(arguments)
        return ToolResult(ToolOutcome.SUCCEEDED, "suspended", reference="request-1")


class NoHistory:
    """A thread in which nothing was said before."""

    async def replies(self, _channel: str, _thread_ts: str, _limit: int) -> tuple[Sequence[ThreadMessage], bool]:
        return (), False
