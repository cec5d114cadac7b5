"""`countersign totp`: secrets for one-time codes."""

import importlib
import importlib.util
import io
import json
import re
from pathlib import Path
from typing import Any

import click

from bot.errors import BadInput
from bot.wiring import totp_cli
from handlers.cli.output import json_option, people_files, say

DRAWS = "segno"
"""The library that draws QR codes, if it is installed."""
USER = re.compile(r"[A-Za-z0-9_.@-]{1,100}")


@click.group()
def totp() -> None:
    """Give people one-time codes, for calls with confirm: totp."""


@totp.command()
@click.argument("user")
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE", help="Instead of COUNTERSIGN_TOTP_FILE.")
@click.option("--again", is_flag=True, help="Replace the secret that the user has.")
@json_option
def enroll(user: str, file: Path | None, *, again: bool, as_json: bool) -> None:
    """Make a secret for USER (the id that the surface gives them, such as U0ALEX001) and print it once.

    It is added to the file of COUNTERSIGN_TOTP_FILE, which is made if it is not there. Hand the URL or the picture to
    that person alone, over a way that others do not read: whoever has it can make the codes.
    """
    path = file or people_files()[1]
    if path is None:
        raise BadInput("no file is named", where="COUNTERSIGN_TOTP_FILE", mend="set it, or write --file FILE")
    if not USER.fullmatch(user):
        raise BadInput(f"{user!r} is no user id", where="USER", mend="it is like U0ALEX001")
    url, was_open = totp_cli.enrol(path, user, again=again)
    if was_open:
        say(f"{path}: others could read this file until now. Who did can make the codes of all in it (--again)")
    say(f"{path}: {user} has a new secret. It counts from now on.")
    if as_json:
        click.echo(json.dumps({"user": user, "file": str(path), "url": url}, indent=2))  # the one answer with a secret
        return
    click.echo(url)
    click.echo(picture(url), nl=False)


def picture(url: str) -> str:
    """A QR code made of characters, or nothing where no library draws one."""
    if importlib.util.find_spec(DRAWS) is None:
        return ""
    drawn = io.StringIO()
    library: Any = importlib.import_module(DRAWS)
    library.make(url).terminal(out=drawn, compact=True)
    return drawn.getvalue()
