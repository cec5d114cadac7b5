"""From an entry of a configuration to a server that can be talked to. Nothing is started yet."""

import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.adapters.mcp_config import HARMLESS, REFERENCE, RUNNERS, Configured, Entry, from_the_root, without_secrets
from bot.adapters.mcp_http import HttpTransport
from bot.adapters.mcp_servers import CardWords, ServerSpec
from bot.adapters.mcp_stdio import StdioTransport
from bot.canonical import digest
from bot.errors import BadInput, Unavailable
from bot.untrusted import redact, visible

LONGEST_WHERE = 300
"""Characters of a command or address that are shown."""


def specs(configured: Configured) -> list[ServerSpec]:
    """The servers that are enabled. Raises BadInput for a path that does not exist."""
    for alias, entry in configured.entries.items():
        if entry.enabled and entry.path and not Path(entry.path).is_file():
            where = f"{configured.source}, {alias}, path"
            raise BadInput("there is no such file", where=where, mend="check the path")
    return specs_as_they_are(configured)


def specs_as_they_are(configured: Configured) -> list[ServerSpec]:
    """The same. One whose path does not exist cannot be started, and is missing until it can."""
    return [spec_of(alias, entry) for alias, entry in configured.entries.items() if entry.enabled]


def spec_of(alias: str, entry: Entry) -> ServerSpec:
    """One server. Secrets are read when it is started, and are nowhere in the spec."""
    if entry.url:
        where = shown = entry.url
        server: HttpTransport | StdioTransport = HttpTransport(alias, entry.url, lambda: _values(entry.headers))
    else:
        argv = _argv(entry)
        where = shlex.join(argv)
        shown = shlex.join(without_secrets(argv))
        server = StdioTransport(alias, argv, lambda: _environ(entry), entry.cwd or None)
    return ServerSpec(
        alias=alias,
        server=server,
        identity=_identity(entry, where),
        effects=entry.effects,
        category=entry.category,
        words={name: CardWords(said.verb, said.target, said.system, said.undo) for name, said in entry.words.items()},
        timeout=entry.timeout,
        write_timeout=entry.write_timeout,
        where=visible(redact(shown)).replace("\n", "⟨U+000A⟩")[:LONGEST_WHERE],
        disabled_tools=entry.disabled_tools,
        trust_annotations=entry.trust_annotations,
        trusted=entry.trusted,
    )


def _argv(entry: Entry) -> tuple[str, ...]:
    if entry.command:
        return (from_the_root(entry).command, *entry.args)
    path = Path(entry.path)
    runner = RUNNERS.get(path.suffix)
    if runner is None:
        return (str(path.absolute()),)
    return (sys.executable if runner == "python" else runner, str(path.absolute()), *entry.args)


def _environ(entry: Entry) -> dict[str, str]:
    """Asked at each start. Raises Unavailable when there is nothing that could be started."""
    if entry.path and not Path(entry.path).is_file():
        raise Unavailable(f"there is no file {entry.path}")
    return _values(entry.env)


def _values(given: Mapping[str, str]) -> dict[str, str]:
    return {name: _value(name, value) for name, value in given.items()}


def _value(name: str, value: str) -> str:
    if not value.startswith(REFERENCE):
        return value
    try:
        return Path(value.removeprefix(REFERENCE)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Unavailable(f"the file for {name} cannot be read ({why})") from error


def _identity(entry: Entry, where: str) -> str:
    """What it is made of. Of values that may be secret only their names, and the file that they come from.

    PATH decides which program a command is.
    """
    named = [
        [name, value if name in HARMLESS or value.startswith(REFERENCE) else ""]
        for name, value in {**entry.env, **entry.headers}.items()
    ]
    return digest(where, entry.cwd, json.dumps(sorted(named)))
