"""All details: everything that is known of an approval, page by page, in a modal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock
from slack_sdk.models.views import View

from blocks import ids
from blocks.arguments import chunks, json_text
from blocks.buttons import approve, deny, is_pending, reconcile
from blocks.calls import Row, also_runs, rows
from blocks.evidence import evidence, numbers
from blocks.metadata import ModalState
from blocks.parts import bold, button, header, line, plain, preformatted, rich
from blocks.states import icon
from blocks.text import prose
from bot.models.call import CallStatus
from bot.models.request import Approval, Record
from bot.models.tools import Toolset
from bot.showing import written_out

_CHUNK = 2_400
_CHUNKS_PER_PAGE = 3


def loading_view() -> dict[str, Any]:
    """The modal that is opened at once, while the record is looked up; `views.update` replaces it."""
    return _view([rich(line([bold("Reading…")]))], ModalState(""))


def revealed(tools: Toolset) -> Toolset:
    """The tools for a reader who may decide: nothing of them is secret to that reader (DESIGN, rule 8)."""
    return replace(tools, tools=tuple(replace(tool, secrets=()) for tool in tools.tools))


def details_view(
    record: Record, approval: Approval, tools: Toolset, page: int = 0, *, channel: str = "", message_ts: str = ""
) -> dict[str, Any]:
    """Page `page` (from 0, kept within the pages). `channel` and `message_ts` are those of the card.

    The last page of a waiting call carries Approve and Deny, so who approves there has had all of it before their eyes.
    While a secret is hidden Approve is not there; hand in `revealed(tools)` for a reader who may decide.
    """
    pages = _pages(record, approval, tools)
    number = min(max(page, 0), len(pages) - 1)
    state = ModalState(approval.id, (), number, channel, message_ts)
    return _view([*pages[number].blocks, *_turning(number, len(pages), approval.id)], state)


def first_page(record: Record, approval: Approval, tools: Toolset, call_id: str) -> int:
    """The page on which a call's details begin; 0 for an unknown call."""
    pages = _pages(record, approval, tools)
    return next((number for number, page in enumerate(pages) if page.call_id == call_id), 0)


@dataclass(frozen=True, slots=True)
class _Page:
    call_id: str
    blocks: list[Block]


def _pages(record: Record, approval: Approval, tools: Toolset) -> list[_Page]:
    own, also = rows(record, approval, tools), also_runs(record, approval, tools)
    titled = [(row, f"{icon(row.call.status)} {row.title}") for row in (*own, *also)]
    return [_Page(row.call.id, [header(title), *blocks]) for row, title in titled for blocks in _row_pages(row, own)]


def _row_pages(row: Row, own: tuple[Row, ...]) -> Iterator[list[Block]]:
    pieces = list(chunks(json_text(row), _CHUNK))
    groups = [pieces[start : start + _CHUNKS_PER_PAGE] for start in range(0, len(pieces), _CHUNKS_PER_PAGE)]
    for number, group in enumerate(groups, 1):
        part = f" (part {number} of {len(groups)})" if len(groups) > 1 else ""
        shown: list[Block] = [rich(line([bold(f"Arguments{part}")])), *(rich(preformatted(text)) for text in group)]
        yield shown if number < len(groups) else [*shown, *evidence(row), *_choice(row, own), *numbers(row)]
    text = written_out(row.call.result.text) if row.call.result else ""
    size = _CHUNK * _CHUNKS_PER_PAGE
    for start in range(0, len(text), size):
        yield [rich(line([bold("Result")])), *_result(text[start : start + size])]


def _result(text: str) -> Iterator[Block]:
    for start in range(0, len(text), _CHUNK):
        if shown := prose(text[start : start + _CHUNK]):
            yield rich(preformatted(shown))


def _choice(row: Row, own: tuple[Row, ...]) -> list[Block]:
    if row.call.status is CallStatus.UNKNOWN:
        return [ActionsBlock(elements=reconcile(row))]
    if not is_pending(row):
        return []
    value = ids.value(row.call.approval_id, row.call.id if len(own) > 1 else "")
    if row.has_hidden:
        hidden = plain("Secret values are shown to approvers only, so this cannot be approved from here.")
        return [ContextBlock(elements=[hidden]), ActionsBlock(elements=[deny(value)])]
    return [ActionsBlock(elements=[approve((row,), value), deny(value)])]


def _turning(number: int, total: int, approval_id: str) -> list[Block]:
    if total == 1:
        return []
    previous = [button("Previous", ids.PREVIOUS_PAGE, approval_id)] if number else []
    following = [button("Next", ids.NEXT_PAGE, approval_id)] if number < total - 1 else []
    where = ContextBlock(elements=[plain(f"Page {number + 1} of {total}")])
    return [ActionsBlock(elements=[*previous, *following]), where]


def _view(blocks: list[Block], state: ModalState) -> dict[str, Any]:
    return View(
        type="modal",
        callback_id=ids.DETAILS_VIEW,
        title=plain("All details"),
        close=plain("Close"),
        private_metadata=state.dump(),
        blocks=blocks,
    ).to_dict()
