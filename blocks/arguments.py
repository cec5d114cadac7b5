"""Exact arguments: on the card one per line as far as they fit, in All details whole."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from blocks.calls import Argument, Row, secret_text
from blocks.parts import Parts, bold, code, say
from blocks.text import counted, cut

REST = "in All details"
VALUE_ROOM = 600
_NAME_ROOM = 80
_LINE_ROOM = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """Arguments on a card. `whole` says that every character of them is there."""

    parts: Parts
    whole: bool


def argument_lines(row: Row, room: int) -> Shown:
    """One argument per line, in about `room` characters. What is not shown is counted; secrets are described."""
    arguments = row.arguments
    parts: Parts = []
    whole = True
    for index, argument in enumerate(arguments):
        if room < _LINE_ROOM:
            return Shown([*parts, say(_rest(arguments[index:]))], whole=False)
        shown, complete = _line(row, argument, room)
        parts += [*([say("\n")] if parts else []), *shown]
        room -= sum(len(part.to_dict()["text"]) for part in shown)
        whole = whole and complete
    return Shown(parts or [say("No arguments")], whole)


def argument_json(row: Row, room: int) -> tuple[str, bool]:
    """The canonical JSON in one piece of about `room` characters, and whether that is all of it."""
    shown, left = cut(json_text(row), room)
    rest = f"… {counted(left, 'more character')} {REST}" if left else ""
    return shown + rest, not left and not row.has_hidden


def json_text(row: Row) -> str:
    """The canonical JSON, byte for byte when nothing of it is secret."""
    if not row.has_hidden:
        return row.call.arguments
    values = [secret_text(each) if row.hides(each.name) else each.written for each in row.arguments]
    names = [json.dumps(each.name, ensure_ascii=False) for each in row.arguments]
    return "{" + ",".join(f"{name}:{value}" for name, value in zip(names, values, strict=True)) + "}"


def chunks(text: str, size: int) -> Iterator[str]:
    """`visible(text)` in pieces of at most `size` characters that together are all of it."""
    while text:
        shown, left = cut(text, size)
        yield shown
        text = text[len(text) - left :] if left else ""


def _line(row: Row, argument: Argument, room: int) -> tuple[Parts, bool]:
    name, name_left = cut(argument.label, _NAME_ROOM)
    key = bold(f"{name}… (+{name_left:,})" if name_left else name)
    if row.hides(argument.name):
        return [key, say("  "), code(secret_text(argument))], False
    shown, left = cut(argument.text, min(VALUE_ROOM, room))
    rest = [say(f"… {counted(left, 'more character')} {REST}")] if left else []
    return [key, say("  "), code(shown), *rest], not left and not name_left


def _rest(arguments: tuple[Argument, ...]) -> str:
    size = sum(len(each.name) + len(each.text) for each in arguments)
    return f"\n… {counted(len(arguments), 'more argument')} ({counted(size, 'character')}) {REST}"
