"""What is kept of configured tool servers: their configuration, what was accepted of them, what is off."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighting:
    """One tool as its server offered it. `digest` covers all of it, and the server's command or address.

    `where` is that command or address without secrets. `hint` is the effect that the server's own hints gave the tool,
    or empty when they count for nothing.
    """

    tool: str
    digest: str
    where: str
    description: str
    schema: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ServersBook:
    """What the operator set while the program runs. `version` 0: no configuration was published.

    `text` is the configuration as JSON. `disabled` holds aliases, and tools as `alias.tool`. `events` counts what
    happened to servers; it differs after any of this has changed.
    """

    version: int = 0
    text: str = ""
    disabled: frozenset[str] = frozenset()
    events: int = 0


@dataclass(frozen=True, slots=True)
class KeptTool:
    """What is known of one tool of a server: as it was accepted, as it is now if it differs, why it was refused."""

    alias: str
    tool: str
    accepted: Sighting | None = None
    changed: Sighting | None = None
    refused: str = ""

    @property
    def state(self) -> str:
        """In one word."""
        if self.refused:
            return "refused"
        if self.changed:
            return "quarantined"
        return "accepted"
