"""What a tool made for one person: a password, backup codes. Shown to them alone, exactly, once."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, RichTextElement

from blocks import ids
from blocks.lint import TEXT_BUDGET
from blocks.message import Message
from blocks.parts import bold, button, code, line, preformatted, rich, say
from blocks.text import brief, clip, counted, escape, visible

KEEP = "Only you can see this. Delete it when you have used it: I keep no copy."
DELETE = "Delete this message"
NOT_SURE = "Nobody knows yet whether the change that it belongs to took effect; the card says so."
LOST = "could not be read, so nobody has it: please have it made anew."
TOO_LONG = "could not be shown in one message, so nobody has it: please have it made anew."
ROOM = TEXT_BUDGET - 1_000
"""Characters of labels and secrets."""


def secret_message(
    call_id: str, about: str, secrets: Sequence[tuple[str, str]], *, lost: int = 0, unsure: bool = False
) -> Message:
    """`secrets` are label and text. `about` is the call that made them, `lost` how many others cannot be read.

    Push notices and screen readers are told nothing of the secret itself.
    """
    title = f"🔑 What “{brief(about, 200)}” made for you"
    parts, room, left = list[RichTextElement](), ROOM, 0
    for label, text in secrets:
        size = len(visible(label)) + len(visible(text))
        if size > room:
            left += 1
            continue
        room -= size
        parts += _secret(label, text)
    ends = [NOT_SURE] if unsure else []
    ends += [f"{counted(left, 'secret')} {TOO_LONG}"] if left else []
    ends += [f"{counted(lost, 'more secret')} {LOST}"] if lost else []
    body = rich(line([bold(title)]), *parts, line([say(" ".join([KEEP, *ends]))]))
    row = ActionsBlock(elements=[button(DELETE, ids.TAKE_AWAY, ids.value(call_id))])
    return Message(escape(f"{title}. {KEEP}"), [body.to_dict(), row.to_dict()])


def _secret(label: str, text: str) -> list[RichTextElement]:
    """On one line as code; several lines as they stand."""
    head = bold(clip(label, 80))
    lines = text.strip("\n").split("\n")
    if len(lines) == 1:
        return [line([head, say("  "), code(visible(lines[0]))])]
    return [line([head]), preformatted("\n".join(map(visible, lines)))]
