"""The rules an operator writes, as frozen data; `bot/policy.py` decides by them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.models.requirement import Clause, Confirm, Effect, Requirement


class RuleEffect(StrEnum):
    """What a rule says. Strictness wins, not order: deny > ask > allow."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom to ask. `expires` and `execute_within` (after the expiry of the votes) are in seconds.

    An empty `channel` means the default approver channel.
    """

    clauses: tuple[Clause, ...]
    total: int
    expires: int
    execute_within: int
    channel: str = ""
    confirm: Confirm = Confirm.NONE
    self_approval: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """All fields that are set must match. `tools` are globs on `alias__tool`; `ask` goes with effect ask."""

    name: str
    effect: RuleEffect
    tools: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    ask: Ask | None = None
    reason: str = ""
    even_if_tainted: bool = False


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
