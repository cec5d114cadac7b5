"""`countersign audit`: verify."""

from dataclasses import asdict
from pathlib import Path

import click

from bot.wiring import cli
from handlers.cli.output import database_option, fail, json_option, print_json, print_table


@click.group()
def audit() -> None:
    """Verify the audit trail."""


@audit.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--request", "request_id", metavar="ID", help="Only the chain of this request.")
@database_option
@json_option
def verify(file: Path | None, request_id: str | None, database: Path, *, as_json: bool) -> None:
    """Recompute the hash chain of every request, in the store or in the backup FILE.

    The first bad row of each chain is named: changed, removed, added, moved, or cut off at the end; and a request that
    is not as its last row vouches. Not found: a request that was removed together with its chain, one that was
    rewritten together with it, and rows of people's clicks that were added.

    Exit code 1 when a chain does not hold.
    """
    looked_at = file or database
    verified = cli.verify(looked_at, request_id)
    if as_json:
        print_json({"file": str(looked_at), "ok": not verified.flaws, **asdict(verified)})
    elif verified.flaws:
        print_table(("request", "row", "why"), [(flaw.request_id, str(flaw.row), flaw.why) for flaw in verified.flaws])
    else:
        click.echo(f"All hold: {verified.chains} chain(s), {verified.rows} row(s).")
    if verified.flaws:
        fail()
