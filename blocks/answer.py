"""An answer page: markdown written by the model, shown as formatted text that does nothing."""

import re
from html import unescape

from slack_sdk.models.blocks import Block, ContextBlock

from blocks.lint import lint
from blocks.markdown import blocks_of
from blocks.message import Message
from blocks.notice import notice_message
from blocks.parts import plain
from blocks.text import escape, prose
from bot.untrusted import redact

_MARKS = re.compile(r"[*~`\\]")
"""What CommonMark takes away in the middle of a word; it also writes out `&#65;`."""


def answer_message(page_markdown: str, number: int, total: int) -> Message:
    """Page `number` (from 1) of `total`. Mentions, links and dates in it are text; an address stands in parentheses.

    What would be too large formatted is shown as it was written. `text` is the whole page.
    """
    page_markdown = _whole(page_markdown)
    last = [ContextBlock(elements=[plain(f"({number}/{total})")]).to_dict()] if total > 1 else []
    formatted = [block.to_dict() for block in _formatted(page_markdown)]
    blocks = [*formatted, *last]
    if not formatted or lint(blocks, "message"):
        blocks = [*notice_message(page_markdown).blocks, *last]
    ending = f"\n({number}/{total})" if total > 1 else ""
    return Message(escape(prose(page_markdown) or "(nothing)") + ending, blocks)


def _whole(markdown: str) -> str:
    """As it is, unless a secret would come together only once it is formatted: then without its formatting."""
    bare = unescape(_MARKS.sub("", markdown))
    shown = redact(bare)
    return markdown if shown == bare else shown


def _formatted(page_markdown: str) -> list[Block]:
    try:
        return blocks_of(page_markdown)
    except RecursionError:
        return []
