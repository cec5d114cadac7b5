"""What an operator, or a preset of ours, says of one MCP server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.errors import BadInput
from bot.models.requirement import Effect
from bot.models.tools import Probe

if TYPE_CHECKING:  # the SDK takes a second to load, and settings are read without it
    from fastmcp import FastMCP
    from fastmcp.client.transports.base import ClientTransport

ALIAS = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
ALIAS_MEND = "lower-case letters and digits, single - or _ between"


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
    """One server: in this process, or behind a transport.

    `identity` names its configuration (address, account) without secrets: when it changes, calls that were asked about
    before are not sent. A tool that `effects` does not know is a write, whatever its annotations say, unless they are
    trusted; one that `categories` does not know is of `category`. `timeout` is for each read, `write_timeout` for each
    other call, in seconds. `probes` are reads that show what became of a lost call; only these are ever made, whatever
    a server's listing says of itself (DESIGN, rule 5).

    `where` is the command or address of a server that is not ours, without secrets: what it offers is remembered
    beyond this process. `disabled_tools` may be patterns. Results of a `trusted` server do not taint.

    Raises:
        BadInput: an alias after which the first `__` of a tool's full name would not be where the alias ends.
    """

    alias: str
    server: "FastMCP[Any] | ClientTransport"
    identity: str
    effects: Mapping[str, Effect] = field(default_factory=dict)
    category: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, CardWords] = field(default_factory=dict)
    timeout: float = 60.0
    write_timeout: float = 60.0
    probes: Mapping[str, Probe] = field(default_factory=dict)
    where: str = ""
    disabled_tools: tuple[str, ...] = ()
    trust_annotations: bool = False
    trusted: bool = False

    def __post_init__(self) -> None:
        if not ALIAS.fullmatch(self.alias):
            raise BadInput(f"{self.alias!r} is no alias of a server", mend=ALIAS_MEND)
