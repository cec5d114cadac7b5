"""Who asks and who answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Surface(StrEnum):
    """Where a person meets us."""

    SLACK = "slack"
    API = "api"
    CLI = "cli"
    MCP = "mcp"
    WEB = "web"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Actor:
    """A verified person or machine, as the surface authenticated it; never a name taken from text."""

    team: str
    user: str
    surface: Surface
    email: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What the directory says of one user. `identity` is the same for every id of one human. `answered_at` is UTC."""

    team: str
    user: str
    identity: str
    name: str
    answered_at: datetime
    email: str = ""
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belongs to a group. `exists` is false for a group that the directory does not know."""

    group: str
    users: tuple[str, ...]
    answered_at: datetime
    exists: bool = True
