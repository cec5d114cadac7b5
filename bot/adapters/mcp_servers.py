"""What an operator, or a preset of ours, says of one MCP server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastmcp import FastMCP

from bot.errors import BadInput
from bot.models.requirement import Effect
from bot.models.tools import Probe

_ALIAS = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CardWords:
    """How a card names a call: its verb, the argument that says whom or what it is about, the system behind it.

    `undo` names the action that takes it back.
    """

    verb: str
    target: str
    system: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One server in this process.

    `identity` names its configuration (address, account) without secrets: when it changes, calls that were asked about
    before are not sent. A tool that `effects` does not know is a write, whatever its annotations say. `timeout` is for
    each read, `write_timeout` for each other call, in seconds. `probes` are reads that show what became of a lost call;
    only these are ever made, whatever a server's listing says of itself (DESIGN, rule 5).

    Raises:
        BadInput: an alias after which the first `__` of a tool's full name would not be where the alias ends.
    """

    alias: str
    server: FastMCP[Any]
    identity: str
    effects: Mapping[str, Effect] = field(default_factory=dict)
    category: str = ""
    words: Mapping[str, CardWords] = field(default_factory=dict)
    timeout: float = 60.0
    write_timeout: float = 60.0
    probes: Mapping[str, Probe] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _ALIAS.fullmatch(self.alias):
            raise BadInput(
                f"{self.alias!r} is no alias of a server", mend="lower-case letters and digits, single - or _ between"
            )
