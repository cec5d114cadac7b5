"""What commands print: results on stdout, as a table or as JSON; progress on stderr. And which file they look at."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.settings import database_of, people_of, secret_key_of
from bot.untrusted import redact, redacted, visible

WIDE = 200
"""Columns when nobody looks at a terminal: lines are not to be broken."""


def database_option(command: Any) -> Any:
    """`--database FILE`."""
    return click.option(
        "--database",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=lambda _ctx, _parameter, file: file or _of_settings(),
        help="The store's file; otherwise that of DATABASE_URL in the environment, .env or countersign.yml.",
    )(command)


def json_option(command: Any) -> Any:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def say(text: str) -> None:
    """Progress."""
    click.echo(text, err=True)


def print_json(value: object) -> None:
    """One JSON value; escaped, so that no text in it can steer the terminal. Without secrets."""
    click.echo(json.dumps(redacted(value), indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Texts are shown as they are, but for secrets: no markup, nothing invisible."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(redact(cell))) for cell in row))
    console = Console()
    console.width = console.width if console.is_terminal else WIDE
    console.print(table)


def local(at: datetime) -> str:
    """A moment in the reader's own zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _of_settings() -> Path:
    environ = dict(os.environ)  # noqa: TID251 - an entry point; everything below is handed the path
    return database_of(environ, Path(".env"), Path("countersign.yml"))


def people_files() -> tuple[Path | None, Path | None]:
    """The files that COUNTERSIGN_DIRECTORY and COUNTERSIGN_TOTP_FILE name, wherever they are set."""
    environ = dict(os.environ)  # noqa: TID251 - an entry point, as below
    return people_of(environ, Path(".env"), Path("countersign.yml"))


def secret_key() -> str:
    """COUNTERSIGN_SECRET_KEY, wherever it is set."""
    environ = dict(os.environ)  # noqa: TID251 - an entry point, as above
    return secret_key_of(environ, Path(".env"), Path("countersign.yml"))


def fail() -> None:
    """Ends with exit code 1: what was looked at is not as it should be."""
    sys.exit(1)
