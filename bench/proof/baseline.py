"""The baseline: a bot as one is built in an afternoon. It is a stand-in written for this comparison and no product.

What it does wrong is what bots were found to do (docs/incidents.md): approvals live in memory under the name of the
tool, words in the chat approve, lists are read once, nothing is looked at again before a call, and a click is marked as
done after it was acted on. Without its gate every call of the model runs at once.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import Model, Prompt, Toolbox, ToolUse

APPROVES = re.compile(r"\b(approve|approved|yes)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marks:
    """The clicks that were acted on, in a file that outlives the process."""

    path: Path

    def all(self) -> list[str]:
        """What cannot be read is taken for nothing."""
        try:
            return list(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return []

    def add(self, key: str) -> None:
        """Raises OSError."""
        self.path.write_text(json.dumps([*self.all(), key]), encoding="utf-8")


@dataclass
class Naive:
    """One process. `cards` and `posts` are what people see; they stay when it ends. `pending` does not."""

    model: Model
    toolbox: Toolbox
    marks: Marks
    approvers: Sequence[str]
    gated: bool = True
    cards: list[tuple[str, str]] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    said: list[dict[str, str]] = field(default_factory=list)

    def restarted(self, approvers: Sequence[str]) -> Self:
        """The next process: all that was in memory is gone, and the approvers are read again."""
        kept = (self.model, self.toolbox, self.marks, approvers, self.gated, self.cards, self.posts)
        return type(self)(*kept)

    async def mention(self, text: str) -> None:
        """Somebody asks for something."""
        self.said = [{"role": "user", "content": text}]
        self.tools = {tool.name: tool for tool in (await self.toolbox.tools()).tools}
        await self._plan()

    async def message(self, text: str) -> None:
        """Somebody writes into the thread."""
        if APPROVES.search(text):
            for name in list(self.pending):
                await self._act(name, self.pending.pop(name))

    async def click(self, card: int, user: str, key: str, *, yes: bool) -> None:
        """Somebody presses a button of a card."""
        if key in self.marks.all() or (self.approvers and user not in self.approvers):
            return
        name, _ = self.cards[card]
        if name not in self.pending:
            self.posts.append("I do not know this approval.")
            return
        if yes:
            await self._act(name, self.pending[name])
        self.marks.add(key)
        self.pending.pop(name, None)
        if not self.pending:
            await self._plan()

    async def _plan(self) -> None:
        while not self.pending:
            reply = await self.model.turn(Prompt("", tuple(self.tools.values()), json.dumps(self.said)))
            self.said.append({"role": "assistant", "content": reply.text})
            self.posts.append(reply.text)
            if not reply.tool_uses:
                return
            for use in reply.tool_uses:
                await self._propose(use)

    async def _propose(self, use: ToolUse) -> None:
        name = use.name.rpartition("__")[2].strip().lower()
        if self.gated and name in self.tools and self.tools[name].effect is not Effect.READ:
            self.pending[name] = use.arguments
            self.cards.append((name, use.arguments))
        else:
            await self._act(name, use.arguments)

    async def _act(self, name: str, arguments: str) -> None:
        if name not in self.tools:
            self.posts.append(f"There is no tool {name}.")
            return
        result = await self.toolbox.call(self.tools[name], arguments)
        self.said.append({"role": "user", "content": result.text})
        self.posts.append(f"{name}({arguments}): {result.text}")
