"""The rules an operator writes, as frozen data; `bot/policy.py` decides by them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.models.people import Surface
from bot.models.requirement import Clause, Confirm, Effect, Requirement, Risk

Scalar: TypeAlias = str | int | float | bool | None
"""A plain JSON value."""


class RuleEffect(StrEnum):
    """What a rule says. Strictness wins, not order: deny > ask > allow."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who may decide as well, once nobody has for `after` seconds. With a `channel` they get a card there."""

    after: int
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom to ask. `expires`, `execute_within` (after the expiry of the votes) and `reminders` are in seconds.

    An empty `channel` means the default approver channel.
    """

    clauses: tuple[Clause, ...]
    total: int
    expires: int
    execute_within: int
    channel: str = ""
    confirm: Confirm = Confirm.NONE
    self_approval: bool = False
    reminders: tuple[int, ...] = ()
    escalation: Escalation | None = None


class Operator(StrEnum):
    """How a condition compares the value at its pointer. `less` and `more` do not include the number itself."""

    EQUALS = "equals"
    IN = "in"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    GLOB = "glob"
    LESS = "less"
    MORE = "more"
    EXISTS = "exists"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Condition:
    """One argument: `pointer` as in RFC 6901, compared with `values` (several for `in`, none for `exists`)."""

    pointer: str
    operator: Operator
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Requesters:
    """Who asks, and where. `users` and `groups` name people: one of them is enough. All other fields must match."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A time of the week: days (0 is Monday) and minutes of the day on the clocks of `zone` (an IANA name).

    One whose `end` is not after its `start` goes on into the next day; `days` are those on which it begins.
    """

    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: int = 0
    end: int = 1440


@dataclass(frozen=True, slots=True)
class Rule:
    """All fields that are set must match; an empty one is not set. `ask` goes with effect ask.

    `tools` are globs on `alias__tool`, `servers` on the alias. The rule does not speak of what `except_requesters` ask.
    """

    name: str
    effect: RuleEffect
    tools: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    ask: Ask | None = None
    reason: str = ""
    even_if_tainted: bool = False
    servers: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    categories: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    resource_prefixes: tuple[str, ...] = ()
    min_amount: float | None = None
    max_amount: float | None = None
    arguments: tuple[Condition, ...] = ()
    requesters: Requesters | None = None
    except_requesters: Requesters | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`default_ask` is what happens to a write that no rule speaks of."""

    version: int
    rules: tuple[Rule, ...]
    default_ask: Ask


@dataclass(frozen=True, slots=True)
class Allow:
    """Run it. `rules` name what said so, `why` is a sentence."""

    rules: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Deny:
    """Refuse it."""

    rules: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class MustAsk:
    """Ask the people of the requirement."""

    rules: tuple[str, ...]
    why: str
    requirement: Requirement


Decision: TypeAlias = Allow | Deny | MustAsk
