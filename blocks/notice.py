"""A plain sentence to people."""

from slack_sdk.models.blocks import SectionBlock

from blocks.message import Message
from blocks.parts import plain
from blocks.text import escape, prose

_SECTION = 3_000
_ROOM = 3 * _SECTION


def notice_message(text: str) -> Message:
    """`text` as it is: nothing in it is a mention, a link or a date. Very long text says how much is left out."""
    shown = prose(text) or "(nothing)"
    if len(shown) > _ROOM:
        left = len(shown) - _ROOM + 60
        shown = f"{shown[:-left]}… {left:,} more characters"
    pieces = [shown[start : start + _SECTION] for start in range(0, len(shown), _SECTION)]
    return Message(escape(shown), [SectionBlock(text=plain(piece)).to_dict() for piece in pieces])
