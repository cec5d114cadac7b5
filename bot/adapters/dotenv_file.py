"""A `.env` file that keeps what somebody wrote in it: comments, order, names that we do not know."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BadInput
from bot.setting_sources import COMMENT

PRIVATE = 0o600


def with_values(text: str, values: Mapping[str, str], notes: Mapping[str, str]) -> str:
    """The text with these values: where a name stands already (the last time it does, which is what counts) or at the
    end, under its note. Everything else is as it was.
    """
    lines = text.splitlines(keepends=True)
    places = {name: at for at, line in enumerate(lines) if (name := _name(line)) in values}
    for name, at in places.items():
        head, _, rest = lines[at].partition("=")
        lines[at] = f"{head}={_written(values[name])}{_ending(rest)}"
    new = [f"# {notes[name]}\n{name}={_written(value)}\n" for name, value in values.items() if name not in places]
    if new and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += "\n"
    gap = ["\n"] if new and lines and lines[-1].strip() else []
    return "".join([*lines, *gap, "\n".join(new)])


def replace(file: Path, text: str) -> None:
    """Puts the text in the place of the file at once, for this user's eyes alone; interrupted, the old one is there.

    Raises BadInput when it cannot be written.
    """
    target = file.resolve()
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        _write(part, text)
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        mend = "let this user write in its folder"
        raise BadInput(f"it cannot be written ({error.strerror})", where=str(file), mend=mend) from error


def _write(part: Path, text: str) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    with open(descriptor, "w", encoding="utf-8", newline="") as written:  # noqa: PTH123 - a descriptor
        written.write(text)
        written.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(line: str) -> str:
    """The name that a line sets, as `bot.setting_sources` reads it; empty for a comment."""
    text = line.strip().removeprefix("export ")
    return "" if text.startswith("#") or "=" not in text else text.partition("=")[0].strip()


def _written(value: str) -> str:
    """In quotes where a part of it would be read as a comment."""
    quote = "'" if '"' in value else '"'
    return f"{quote}{value}{quote}" if COMMENT.search(value) else value


def _ending(rest: str) -> str:
    return rest[len(rest.rstrip("\r\n")) :]
