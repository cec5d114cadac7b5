"""What is allowed in a policy file and yet probably a mistake. Warnings: a policy with some is still a policy."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.models.tools import Tool
from bot.policy_index import globs, globs_of, indexed
from bot.policy_match import narrowing
from bot.policy_values import steps
from bot.proposing import takes

_RANK = {RuleEffect.ALLOW: 0, RuleEffect.ASK: 1, RuleEffect.DENY: 2}
NAMES = ("tools", "servers")
SMALL = re.compile(r"[a-z][a-z0-9._ -]*")
"""What no user id of Slack is like (Slack docs, "users.info": U or W, and capitals and digits)."""
SETS = ("effects", "risks", "categories", "environments", "resource_prefixes")


@dataclass(frozen=True, slots=True)
class Warned:
    """What looks wrong about which rule; an empty `rule` means `defaults.ask`."""

    rule: str
    what: str


def warnings(policy: Policy, tools: Sequence[Tool] = (), groups: Mapping[str, bool] | None = None) -> list[Warned]:
    """What looks wrong. Without tools their names are not looked at; `groups` tells which groups exist, if known."""
    found = [Warned("", what) for what in _asking(policy.default_ask, groups)]
    for rule in policy.rules:
        found += [Warned(rule.name, what) for what in _of_rule(rule, tools, groups)]
        found += [Warned(rule.name, what) for what in _overruled(rule, policy.rules)]
    return found


def _of_rule(rule: Rule, tools: Sequence[Tool], groups: Mapping[str, bool] | None) -> Iterator[str]:
    if rule.effect is RuleEffect.ALLOW and not (rule.tools or rule.servers or narrowing(rule)):
        yield "it allows every call"
    if rule.even_if_tainted and rule.effect is not RuleEffect.ALLOW:
        yield "even_if_tainted does nothing here: it goes with effect: allow"
    if rule.ask is not None:
        yield from _asking(rule.ask, groups)
    for who in (rule.requesters, rule.except_requesters):
        yield from _unknown(who.groups if who else (), groups)
    if tools:
        yield from _about_nothing(rule, tools)


def _asking(ask: Ask, groups: Mapping[str, bool] | None) -> Iterator[str]:
    if not ask.clauses or any(not (clause.groups or clause.users) for clause in ask.clauses):
        yield "nobody can approve it, because it names nobody"
    asked = (*ask.clauses, *([ask.escalation] if ask.escalation else ()))
    yield from _unknown([name for people in asked for name in people.groups], groups)
    for name in dict.fromkeys(name for people in asked for name in people.users if SMALL.fullmatch(name)):
        if groups is None or f"@{name}" in groups:
            yield f"{name} is a user here; a group is written '@{name}'"


def _unknown(names: Sequence[str], groups: Mapping[str, bool] | None) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if groups is not None and not groups.get(name, False):
            yield f"there is no group {name}"


def _about_nothing(rule: Rule, tools: Sequence[Tool]) -> Iterator[str]:
    for glob in rule.tools:
        if not any(globs_of(rule, [glob]).match(tool.full_name) for tool in tools):
            yield f"no tool is named {glob}"
    for glob in rule.servers:
        if not any(globs_of(rule, [glob]).match(tool.server) for tool in tools):
            yield f"no server is named {glob}"
    for category in rule.categories:
        if category not in {tool.category or "other" for tool in tools}:
            yield f"no tool is of the category {category}"
    yield from _missing_arguments(rule, tools)


def _missing_arguments(rule: Rule, tools: Sequence[Tool]) -> Iterator[str]:
    named = indexed(rule)
    taken = [takes(tool.schema) for tool in tools if named.names(tool.full_name, tool.server)]
    for condition in rule.arguments:
        name = steps(condition.pointer)[0]
        if taken and all(known is not None and name not in known for known in taken):
            yield f"no tool that it speaks of has the argument {name}"


def _overruled(rule: Rule, rules: Sequence[Rule]) -> Iterator[str]:
    """A stricter rule that speaks of all that this one speaks of."""
    for other in rules:
        is_moot = other.effect is RuleEffect.DENY or rule.effect is RuleEffect.ALLOW
        if _RANK[other.effect] > _RANK[rule.effect] and is_moot and _covers(other, rule):
            verb = "denies" if other.effect is RuleEffect.DENY else "asks about"
            yield f"it never has an effect: {other.name!r} {verb} everything that it speaks of"


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether it is certain that the wide rule speaks of all that the narrow one does."""
    fields = (*narrowing(wide), *(name for name in NAMES if getattr(wide, name)))
    return all(_field_covers(name, getattr(wide, name), getattr(narrow, name)) for name in fields)


def _field_covers(name: str, wide: object, narrow: object) -> bool:
    if wide == narrow:
        return True
    if not isinstance(wide, tuple) or not isinstance(narrow, tuple) or not narrow:
        return False
    if name in NAMES:
        stems = tuple(glob[:-1] for glob in wide if glob.endswith("*") and globs([glob]).prefixes)
        return all(glob in wide or glob.startswith(stems) for glob in narrow)
    return name in SETS and set(narrow) <= set(wide)
