"""`countersign store`: backup, restore, check."""

from dataclasses import asdict
from pathlib import Path

import click

from bot.wiring import cli
from handlers.cli.output import database_option, fail, json_option, print_json, print_table, say

FILE = click.Path(path_type=Path)


@click.group()
def store() -> None:
    """Back the store up, restore it, check it."""


@store.command()
@click.argument("file", type=FILE)
@database_option
@json_option
def backup(file: Path, database: Path, *, as_json: bool) -> None:
    """Copy the store into FILE, while the bot runs.

    FILE is a consistent copy, private to its owner; it must not exist yet, and has its name only once it is whole.
    """
    mark = cli.backup(database, file, say)
    if as_json:
        print_json({"file": str(file), **asdict(mark)})
    else:
        click.echo(f"{file}: epoch {mark.epoch}, {mark.sequence} commits")


@store.command()
@click.argument("file", type=FILE)
@database_option
@json_option
def restore(file: Path, database: Path, *, as_json: bool) -> None:
    """Put the backup FILE in the place of the store. Stop the bot first.

    What was done since the backup was made is not in it, so the store begins a new epoch: at the next start every open
    request ends and its people are told, every open approval is closed, and people are asked about every change that
    may have run. The store that is there now is kept beside it, byte for byte when it cannot be read. When it is
    interrupted, do it again.
    """
    mark, kept = cli.restore(database, file, say)
    if as_json:
        print_json({"database": str(database), "kept": None if kept is None else str(kept), **asdict(mark)})
    else:
        click.echo(f"{database}: restored, epoch {mark.epoch}" + (f"; before: {kept}" if kept else ""))


@store.command()
@database_option
@json_option
def check(database: Path, *, as_json: bool) -> None:
    """Look at schema, integrity, durability and age of the store. Nothing is changed; the bot may run.

    Exit code 1 when something is not as it should be.
    """
    findings = cli.inspect(database)
    is_fine = all(finding.is_fine for finding in findings)
    if as_json:
        print_json({"file": str(database), "ok": is_fine, "findings": [asdict(finding) for finding in findings]})
    else:
        rows = [("✓" if one.is_fine else "✗ mend", one.name, one.value) for one in findings]
        print_table(("", "what", "is"), rows)
        for finding in findings:
            if not finding.is_fine:
                say(f"{finding.name}: {finding.mend}")
    if not is_fine:
        fail()
