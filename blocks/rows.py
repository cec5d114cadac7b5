"""The rows of a card, from roomy to dense. Every layout shows every row, or says how many it leaves to All details."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock

from blocks import ids
from blocks.arguments import REST, argument_json, argument_lines
from blocks.buttons import details, is_pending, row_buttons
from blocks.calls import Row
from blocks.facts import risk, shared_requirement
from blocks.outcome import decided, looked, outcome
from blocks.parts import Parts, bold, code, line, plain, rich, say
from blocks.people import needs, progress, until
from blocks.states import RISKS, icon, word
from blocks.text import counted
from blocks.unasked import unasked
from bot.models.call import CallStatus

Undo: TypeAlias = Mapping[str, str]

_ROOM = 5_000
_LIST_ROOM = 5_000
_PER_BLOCK = 20


@dataclass(frozen=True, slots=True)
class Drawn:
    """Blocks, and whether they show all that would be approved."""

    blocks: list[Block]
    whole: bool


Layout: TypeAlias = Callable[[Sequence[Row], Undo], Drawn]


def roomy(rows: Sequence[Row], undo: Undo) -> Drawn:
    """Every row with its arguments one per line and its own buttons."""
    if len(rows) == 1:
        shown = argument_lines(rows[0], _ROOM)
        call = rows[0].call
        sent = [bold("What was sent:\n")] if call.status is CallStatus.UNKNOWN and call.attempt else []
        return Drawn([rich(line([*sent, *shown.parts, *_differences(rows[0])]))], shown.whole)
    blocks: list[Block] = []
    whole = True
    for number, row in enumerate(rows, 1):
        shown = argument_lines(row, _ROOM // len(rows))
        head = line(_heading(number, row, rows, undo))
        blocks += [rich(head, line([*shown.parts, *_differences(row)])), *row_buttons(row, inline=shown.whole)]
        whole = whole and (shown.whole or not is_pending(row))
    return Drawn(blocks, whole)


def compact(rows: Sequence[Row], undo: Undo) -> Drawn:
    """One block per row: title, arguments as JSON, what became of it or the button that leads to its details."""
    blocks: list[Block] = []
    whole = True
    for number, row in enumerate(rows, 1):
        arguments, complete = argument_json(row, _ROOM // len(rows))
        blocks.append(_compact(number, row, arguments, rows, undo))
        whole = whole and (complete or not is_pending(row))
    return Drawn(blocks, whole)


def dense(rows: Sequence[Row], _: Undo) -> Drawn:
    """One line per row, as many as there is room for; arguments are in All details."""
    lines = [_numbered(number, row) for number, row in enumerate(rows, 1)] if len(rows) > 1 else []
    kept, room = 0, _LIST_ROOM
    for text in lines:
        room -= len(text)
        kept += room >= 0
    more = len(lines) - kept
    if more:
        lines[kept:] = [f"… {counted(more, 'more action')} {REST}"]
    lines.append(f"The arguments are {REST}.")
    groups = [lines[start : start + _PER_BLOCK] for start in range(0, len(lines), _PER_BLOCK)]
    return Drawn([rich(line([say("\n".join(group))])) for group in groups], whole=False)


LAYOUTS: tuple[Layout, ...] = (roomy, compact, dense)


def _differences(row: Row) -> Parts:
    return unasked(row) if is_pending(row) else []


def _heading(number: int, row: Row, rows: Sequence[Row], undo: Undo) -> Parts:
    parts: Parts = [bold(f"{number}. {icon(row.call.status)} {row.title}")]
    if not is_pending(row):
        behind = (looked(row), decided(row, undo.get(row.call.name, "")))
        return [*parts, *(part for each in (outcome(row, titled=True), *behind) if each for part in (say("\n"), *each))]
    parts += risk(row)
    if shared_requirement(rows) is None and row.call.requirement:
        parts += [say("\nneeds "), *needs(row.call.requirement), say(" · "), *until(row.call.requirement)]
    votes = progress(row.call)
    return [*parts, *([say("\n"), *votes] if votes else [])]


def _numbered(number: int, row: Row) -> str:
    state = "" if is_pending(row) else f"{word(row.call.status)} · "
    return f"{number}. {icon(row.call.status)} {state}{row.title}"


def _compact(number: int, row: Row, arguments: str, rows: Sequence[Row], undo: Undo) -> Block:
    door = _door(row)
    if door is None:
        return rich(line(_heading(number, row, rows, undo)), line([code(arguments)]))
    text = f"{_numbered(number, row)} · {RISKS[row.call.risk]}\n{arguments}"
    return SectionBlock(text=plain(text), accessory=door)


def _door(row: Row) -> ButtonElement | None:
    value = ids.value(row.call.approval_id, row.call.id)
    if is_pending(row):
        return details(value, "Decide…")
    return details(value, "Check…") if row.call.status is CallStatus.UNKNOWN else None
