"""One call as policy sees it: everything that a rule can speak of, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.models.people import Surface
from bot.models.requirement import Effect, Risk


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. What is not known stays open, and is then read in the stricter way.

    `email` is None while nobody confirmed one (empty: there is none). `groups` tells of each group that the directory
    was asked about whether this person belongs to it; a group that is missing there is not known.
    """

    user: str = ""
    surface: Surface | None = None
    channel: str = ""
    email: str | None = None
    groups: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """`arguments` is canonical JSON. `tainted`: text by others than the requester is in the conversation.

    `target` is the argument that names what is acted upon, empty when the operator has named none. `takes` are the
    arguments that the tool has at all; None when that is not known. An empty `server` is the part of `tool` before the
    first two underscores.
    """

    tool: str
    effect: Effect
    arguments: str
    at: datetime
    tainted: bool = False
    server: str = ""
    risk: Risk | None = None
    category: str = ""
    target: str = ""
    takes: frozenset[str] | None = None
    asker: Asker = field(default_factory=Asker)
