"""An answer page: markdown written by the model, shown as formatted text that does nothing, and its images."""

from slack_sdk.models.blocks import Block, ContextBlock

from blocks.images import Gallery, left_out
from blocks.lint import lint
from blocks.markdown import blocks_of, images_in, unsplit
from blocks.message import Message
from blocks.notice import notice_message
from blocks.parts import plain
from blocks.text import escape, prose

_IMAGES = 5


def answer_message(page_markdown: str, number: int, total: int, hosts: frozenset[str] = frozenset()) -> Message:
    """Page `number` (from 1) of `total`. Mentions, links and dates in it are text; an address stands in parentheses.

    What would be too large formatted is shown as it was written. `text` is the whole page. Images of `hosts`, and links
    to a .gif there, stand below the text; those from elsewhere are named.
    """
    page_markdown = unsplit(page_markdown)
    try:
        formatted, below = blocks_of(page_markdown), _images(page_markdown, hosts)
    except RecursionError:
        formatted, below = [], []
    last = [ContextBlock(elements=[plain(f"({number}/{total})")])] if total > 1 else []
    blocks = [block.to_dict() for block in (*formatted, *below, *last)]
    if not formatted or lint(blocks, "message"):
        blocks = [*notice_message(page_markdown).blocks, *(block.to_dict() for block in last)]
    ending = f"\n({number}/{total})" if total > 1 else ""
    return Message(escape(prose(page_markdown) or "(nothing)") + ending, blocks)


def _images(page_markdown: str, hosts: frozenset[str]) -> list[Block]:
    gallery = Gallery(hosts)
    for url, alt in images_in(page_markdown):
        gallery.take(url, alt)
    named = left_out({}, gallery.foreign)
    return [*list(gallery.images.values())[:_IMAGES], *([named] if named else [])]
