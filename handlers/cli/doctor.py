"""`countersign doctor`: what is wrong, and how to mend it."""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from types import MappingProxyType

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.untrusted import visible
from bot.wiring.doctor.examine import Where, examine
from bot.wiring.doctor.finding import Finding, State, worst
from bot.wiring.system import SystemClock
from handlers.cli.output import WIDE, fail, json_option, print_json

MARKS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.OK: ("✓ ok", "green"),
        State.WARN: ("! warn", "yellow"),
        State.FAIL: ("✗ fail", "bold red"),
        State.SKIPPED: ("– skipped", "dim"),
    }
)
NARROW = 90
"""Columns. Below, a finding's words stand under its name."""


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Look whether everything works that the bot needs, and say how to mend what does not. It takes at most about
    15 seconds, once its libraries are loaded.

    Nothing is changed, and a bot that runs is not disturbed. One token of the model is asked for. A socket is opened
    and closed at its first word, to count how many others are connected with the app token.

    Exit code 1 when something fails; a warning alone is 0.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log is said in the findings
    environ = dict(os.environ)  # noqa: TID251 - an entry point
    where = Where(environ, (Path(".env"), Path("countersign.yml")), SystemClock())
    began = monotonic()
    with Console(stderr=True).status("Looking …"):
        findings = asyncio.run(examine(where))
    state = worst(findings)
    if as_json:
        print_json(_document(findings, monotonic() - began))
    else:
        show(findings, _console())
    if state is State.FAIL:
        fail()


def show(findings: Sequence[Finding], console: Console) -> None:
    """One line for each, with what to do under it; the sum at the end."""
    wide = console.width >= NARROW
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(no_wrap=True)
    if wide:
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        word, style = MARKS[one.state]
        name = Text(visible(one.name), style="bold" if one.state in {State.WARN, State.FAIL} else "")
        said = _said(one)
        table.add_row(Text(word, style=style), *((name, said) if wide else (Text("\n").join([name, said]),)))
    console.print(table)
    console.print()
    console.print(_sum(findings))


def _said(one: Finding) -> Text:
    said = Text(visible(one.what), style="dim" if one.state is State.SKIPPED else "")
    return said.append(f"\n→ {visible(one.mend)}", style="cyan") if one.mend else said


def _sum(findings: Sequence[Finding]) -> Text:
    bad = {state: [one.name for one in findings if one.state is state] for state in (State.FAIL, State.WARN)}
    if bad[State.FAIL]:
        return Text(f"{len(bad[State.FAIL])} of {len(findings)} fail: {', '.join(bad[State.FAIL])}", style="bold red")
    if bad[State.WARN]:
        return Text(f"It works. To look at: {', '.join(bad[State.WARN])}", style="bold yellow")
    return Text(f"Everything that was looked at is fine ({len(findings)}).", style="bold green")


def _console() -> Console:
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDE
    return console


def _document(findings: Sequence[Finding], seconds: float) -> dict[str, object]:
    counted = Counter(one.state.value for one in findings)
    state = worst(findings)
    return {
        "ok": state is not State.FAIL,
        "state": state.value,
        "version": version("countersign"),
        "seconds": round(seconds, 1),
        "counts": {state.value: counted[state.value] for state in State},
        "findings": [asdict(one) for one in findings],
    }
