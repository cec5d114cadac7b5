"""Options that try a policy under other circumstances than the stored ones."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bot.errors import BadInput
from bot.wiring.policy_cli import Given


def given_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --directory, --as, --at and --tainted, and hands them to the command as `given`."""

    @click.option("--directory", type=click.Path(path_type=Path), metavar="FILE", help="Groups by this directory file.")
    @click.option("--as", "user", default="", metavar="USER", help="As if this user had asked, in Slack.")
    @click.option("--at", "moment", default="", metavar="TIME", help="As if it were then: 2026-11-20T23:00, UTC.")
    @click.option("--tainted", is_flag=True, help="As if text by others were in the conversation.")
    @wraps(command)
    def given(*, directory: Path | None, user: str, moment: str, tainted: bool, **rest: Any) -> None:
        command(given=Given(directory, user, _moment(moment), tainted), **rest)

    return given


def supposed_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --tool and --arguments, and hands them to the command as `supposed`; no tool: a stored call is meant."""

    @click.option("--tool", default="", metavar="NAME", help="Instead of a stored call: a tool, as server__tool.")
    @click.option("--arguments", metavar="JSON", default="{}", show_default=True, help="What it is called with.")
    @wraps(command)
    def supposed(*, tool: str, arguments: str, **rest: Any) -> None:
        command(supposed=(tool, arguments), **rest)

    return supposed


def _moment(text: str) -> datetime | None:
    """UTC where no offset is written."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise BadInput(f"{text!r} is not a time", where="--at", mend="write 2026-11-20T23:00") from wrong
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
