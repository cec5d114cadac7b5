"""Messages that stand where another one was meant to: closed twins, and what is read away from its card."""

from blocks.message import Message
from blocks.notice import notice_message
from blocks.parts import line, link, place, rich, say, spoken
from blocks.text import escape

CLOSED = "This card was posted twice by mistake. This one does not count: nothing can be decided here. "


def twin_message(address: str) -> Message:
    """Says that the message at `address` counts, and offers nothing to click but the way there."""
    there = link(address, "the one that counts") or [say("the other one")]
    parts = [say(CLOSED), say("Please use "), *there, say(".")]
    return Message(escape(spoken(parts)), [rich(line(parts)).to_dict()])


def apart_message(text: str, channel: str) -> Message:
    """A private notice, read in a direct message; it says where its card is."""
    said = notice_message(text)
    where = place(channel)
    if not where:
        return said
    about = [say("About a card"), *where]
    return Message(said.text, [*said.blocks, rich(line(about)).to_dict()])
