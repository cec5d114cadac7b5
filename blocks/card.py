"""The approval card and its receipt: one message for the whole life of an approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock

from blocks.buttons import card_buttons, details, is_pending, reconcile
from blocks.calls import Row, also_runs, rows
from blocks.facts import asked, model_says, policy_says, quoted, will_also_run
from blocks.lint import lint
from blocks.message import Message
from blocks.outcome import decided, looked, outcome
from blocks.parts import header, line, plain, rich
from blocks.rows import LAYOUTS, Layout
from blocks.states import RISKS, icon, loudest, tally, word
from blocks.text import counted, escape, visible
from bot.models.call import CallStatus
from bot.models.request import Approval, Record
from bot.models.tools import Toolset

NO_UNDO: Mapping[str, str] = MappingProxyType({})


def approval_card(
    record: Record,
    approval: Approval,
    tools: Toolset,
    *,
    permalink: str = "",
    undo: Mapping[str, str] = NO_UNDO,
    level: int = 0,
) -> Message:
    """The card of an approval as the record stands; the roomiest layout that Slack takes (LOOK, "The approval card").

    `permalink` leads to the thread (empty: no link). `undo` maps a tool's full name to the words of its obvious
    opposite. `level` 1 is the smaller card for when Slack refused the first: arguments are in All details only.
    """
    card = _Card(approval, rows(record, approval, tools), also_runs(record, approval, tools), permalink, undo)
    *others, densest = LAYOUTS[-1:] if level else LAYOUTS
    drawn = (card.blocks(layout) for layout in others)
    found = next((blocks for blocks in drawn if not lint(blocks, "message")), None)
    return Message(escape(card.summary), found or card.blocks(densest))


@dataclass(frozen=True, slots=True)
class _Card:
    approval: Approval
    rows: tuple[Row, ...]
    also: tuple[Row, ...]
    permalink: str
    undo: Mapping[str, str]

    @property
    def waiting(self) -> bool:
        return any(map(is_pending, self.rows))

    @property
    def heading(self) -> str:
        """The header: state icon first, then what, to what, where."""
        statuses = [row.call.status for row in self.rows]
        if len(self.rows) == 1:
            return f"{icon(statuses[0])} {self.rows[0].title}"
        head = f"{icon(loudest(statuses))} {counted(len(self.rows), 'action')}"
        if self.waiting:
            return f"{head} · highest risk {RISKS[max(row.call.risk for row in self.rows)]}"
        return f"{head} · {tally(statuses)}"

    @property
    def summary(self) -> str:
        """What a push notice says."""
        first = self.rows[0]
        state = "Approval needed" if self.waiting else word(first.call.status)
        if len(self.rows) > 1:
            return f"{state}: {self.heading}" if self.waiting else self.heading
        return f"{icon(first.call.status)} {state} · {first.title}"

    def blocks(self, layout: Layout) -> list[dict[str, Any]]:
        """In the order of LOOK, the outcome first once there is one."""
        drawn = layout(self.rows, self.undo)
        says = [*model_says(self.approval), *policy_says(self.rows), *will_also_run(self.also, waiting=self.waiting)]
        blocks: list[Block] = [
            *self._outcome(),
            header(self.heading),
            asked(self.rows),
            *quoted(self.rows[0], self.permalink, 0 if layout is LAYOUTS[-1] else 300),
            *drawn.blocks,
            *([rich(*says)] if says else []),
            self._buttons(inline=drawn.whole),
            ContextBlock(elements=[plain(self._small_print())]),
        ]
        return [block.to_dict() for block in blocks]

    def _outcome(self) -> list[Block]:
        row = self.rows[0]
        if len(self.rows) > 1 or is_pending(row):
            return []
        behind = (looked(row), decided(row, self.undo.get(row.call.name, "")))
        return [rich(line(outcome(row)), *(line(parts) for parts in behind if parts))]

    def _buttons(self, *, inline: bool) -> ActionsBlock:
        row = self.rows[0]
        if len(self.rows) == 1 and row.call.status is CallStatus.UNKNOWN:
            return ActionsBlock(elements=[*reconcile(row), details(self.approval.id)])
        return card_buttons(self.rows, self.approval.id, inline=inline)

    def _small_print(self) -> str:
        versions = ", ".join(f"v{version}" for version in sorted({row.call.policy_version for row in self.rows}))
        sha = f" · sha {self.rows[0].call.digest[:4]}…" if len(self.rows) == 1 else ""
        return f"{visible(self.approval.id[:4])}… · policy {versions}{sha}"
