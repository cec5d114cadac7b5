"""`countersign servers`: list, publish, disable, enable, accept."""

import difflib
import getpass
import json
from pathlib import Path
from typing import Any

import click

from bot.models.servers import KeptTool, Sighting
from bot.untrusted import redact, visible
from bot.wiring import servers_cli
from handlers.cli.output import database_option, fail, json_option, print_json, print_table, say

FILE = click.Path(path_type=Path)


@click.group()
def servers() -> None:
    """See tool servers and their tools, publish a configuration, switch off, accept changes."""


@servers.command("list")
@database_option
@json_option
def list_(database: Path, *, as_json: bool) -> None:
    """List the tools of configured servers, as the bot has seen them last: accepted, in quarantine, refused, disabled.

    Servers that come with Countersign, such as google, are not listed: their tools are accepted with the program.
    Exit code 1 when something is in quarantine.
    """
    known = servers_cli.known(database)
    off = known.book.disabled
    if as_json:
        tools = [{**_json(one), "disabled": _is_off(one, off)} for one in known.tools]
        unseen = servers_cli.unseen(known)
        print_json({"version": known.book.version, "disabled": sorted(off), "unseen": unseen, "tools": tools})
    else:
        rows = [(one.alias, one.tool, _state(one, off), _why(one)) for one in known.tools]
        print_table(("server", "tool", "state", ""), rows)
        for name in sorted(off - {f"{one.alias}.{one.tool}" for one in known.tools}):
            say(f"disabled: {name}")
        if unseen := servers_cli.unseen(known):
            say(f"published, no tool seen yet of: {', '.join(unseen)}")
        say(f"published configuration: {f'version {known.book.version}' if known.book.version else 'none'}")
    if any(one.changed for one in known.tools):
        fail()


@servers.command()
@click.argument("file", type=FILE)
@database_option
@json_option
def publish(file: Path, database: Path, *, as_json: bool) -> None:
    """Put the servers of FILE in force, in place of those that were published before.

    FILE is JSON, {"mcpServers": {ALIAS: {...}}}. A server has command, args, env and cwd, or path (.py, .js or a
    program), or url and headers; and may have enabled, disabled_tools (names and patterns), effects (tool: read, write
    or outbound; what is not named is a write), trust_annotations, trusted (its results do not taint), timeout and
    write_timeout (seconds), category, words (tool: verb, target, system, undo).

    A command gets PATH=/usr/local/bin:/usr/bin:/bin and what env says, and nothing else; without cwd it runs in an
    empty folder of its own. Secrets are not stored: write values of env and headers as file:PATH. Paths that are
    relative are meant from here. A running bot follows with its next request.
    """
    version = servers_cli.publish(file, getpass.getuser(), database)
    if as_json:
        print_json({"file": str(file), "version": version})
    else:
        click.echo(f"{file}: servers v{version}")


@servers.command()
@click.argument("name", metavar="ALIAS[.TOOL]")
@database_option
def disable(name: str, database: Path) -> None:
    """Switch a server or one of its tools off, at once: calls that were approved already are not made either."""
    servers_cli.set_disabled(name, getpass.getuser(), database, disabled=True)
    if not servers_cli.is_seen(name, database):
        say(f"Nobody knows {name} here yet; `countersign servers list` shows what was seen. Is it spelled right?")
    click.echo(f"{name} is disabled")


@servers.command()
@click.argument("name", metavar="ALIAS[.TOOL]")
@database_option
def enable(name: str, database: Path) -> None:
    """Switch on what was disabled."""
    servers_cli.set_disabled(name, getpass.getuser(), database, disabled=False)
    click.echo(f"{name} is enabled")


@servers.command()
@click.argument("name", metavar="ALIAS[.TOOL]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
def accept(name: str, database: Path, *, yes: bool) -> None:
    """Show what changed of tools in quarantine, and accept them as they are now.

    What is accepted is what was shown. Exit code 1 when a tool has changed again since.
    """
    found = servers_cli.waiting(name, database)
    for one in found:
        click.echo("\n".join(_changes(one)))
        for other in servers_cli.alike(one, database):
            click.echo(f"  its full name looks like that of {other}: while both are accepted, neither is offered")
    if not yes and not click.confirm(f"Accept {len(found)} tool(s) as shown?"):
        say("Nothing was changed.")
        return
    left = servers_cli.accept(found, getpass.getuser(), database)
    for one in found:
        click.echo(f"{one.alias}.{one.tool}: {'changed again, not accepted' if one in left else 'accepted'}")
    if left:
        fail()


def _changes(one: KeptTool) -> list[str]:
    """What was accepted against what is there now, as text that hides nothing."""
    before, after = one.accepted, one.changed
    lines = [f"{one.alias}.{one.tool} {'has changed' if before else 'is new'}:"]
    for old, new in zip(_lines(before), _lines(after), strict=True):
        if old != new:
            lines += [f"  {line}" for line in difflib.ndiff(old, new) if not line.startswith("?")]
    return [visible(redact(line)) for line in lines]


def _lines(seen: Sighting | None) -> list[list[str]]:
    if seen is None:
        return [[], [], [], []]
    schema = json.dumps(json.loads(seen.schema), indent=2, ensure_ascii=False).splitlines()
    return [[f"at {seen.where}"], [f"says of itself: {seen.hint}"], seen.description.splitlines(), schema]


def _json(one: KeptTool) -> dict[str, Any]:
    return {"server": one.alias, "tool": one.tool, "state": one.state, "why": _why(one)}


def _is_off(one: KeptTool, off: frozenset[str]) -> bool:
    return one.alias in off or f"{one.alias}.{one.tool}" in off


def _state(one: KeptTool, off: frozenset[str]) -> str:
    return f"{one.state}, disabled" if _is_off(one, off) else one.state


def _why(one: KeptTool) -> str:
    if one.changed:
        return "changed since it was accepted" if one.accepted else "new since the server was accepted"
    return one.refused
