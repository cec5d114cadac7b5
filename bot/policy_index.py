"""A policy made ready for many questions: of a thousand rules only those about the tool are looked at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache

from bot.models.policy import Policy, Rule, RuleEffect
from bot.models.question import Question
from bot.models.replacing import replace
from bot.policy_facts import Facts
from bot.policy_match import Check, narrowing, speaks

PREPARED = 8
"""Policies that are kept ready: the current one, and those that it is compared with."""
REMEMBERED = 4096
"""Tools of which is remembered which rules name them."""
_SPECIAL = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns as `fnmatch.fnmatchcase` reads them, each compiled once, and the simple ones not at all.

    `lowered` are the same for names in small letters, where case does not count.
    """

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    others: tuple[re.Pattern[str], ...]
    lowered: "Globs | None" = None

    def match(self, name: str) -> bool:
        """Whether one of them matches, to the letter or where case does not count."""
        fits = name in self.exact or name.startswith(self.prefixes) or any(one.match(name) for one in self.others)
        return fits or (self.lowered is not None and self.lowered.match(name.lower()))


def globs_of(rule: Rule, patterns: Sequence[str]) -> Globs:
    """The patterns of this rule. Only one that allows means them to the letter."""
    exact = globs(patterns)
    if rule.effect is RuleEffect.ALLOW:
        return exact
    return replace(exact, lowered=globs([pattern.lower() for pattern in patterns]))


def globs(patterns: Sequence[str]) -> Globs:
    """The patterns, sorted by how hard they are to match."""
    plain = frozenset(glob for glob in patterns if not _SPECIAL.search(glob))
    stems = {glob: glob.removesuffix("*") for glob in patterns if glob.endswith("*")}
    prefixes = {glob: stem for glob, stem in stems.items() if not _SPECIAL.search(stem)}
    others = [glob for glob in patterns if glob not in plain and glob not in prefixes]
    return Globs(plain, tuple(prefixes.values()), tuple(re.compile(translate(glob)) for glob in others))


@dataclass(frozen=True, slots=True)
class Indexed:
    """A rule with what is worked out of it in advance."""

    rule: Rule
    tools: Globs | None
    servers: Globs | None
    checks: dict[str, Check]

    def names(self, tool: str, server: str) -> bool:
        """Whether the rule is about this tool, as far as `tools` and `servers` go."""
        return (self.tools is None or self.tools.match(tool)) and (self.servers is None or self.servers.match(server))


@dataclass(frozen=True, slots=True)
class Index:
    """The rules of one policy. Which of them name a tool is found out when it is first asked about.

    `requester_groups`: of which groups it has to be known whether the requester belongs to them.
    """

    rules: tuple[Indexed, ...]
    requester_groups: tuple[str, ...] = ()
    about: dict[tuple[str, str], tuple[Indexed, ...]] = field(default_factory=dict)

    def matching(self, question: Question) -> list[Rule]:
        """The rules that speak of the call, in the order of the policy."""
        facts = Facts(question)
        return [one.rule for one in self.about_tool(question) if speaks(one.rule, facts, one.checks)]

    def about_tool(self, question: Question) -> tuple[Indexed, ...]:
        """The rules whose `tools` and `servers` name the tool of this call."""
        key = (question.tool, alias(question))
        if key not in self.about:
            if len(self.about) >= REMEMBERED:
                self.about.clear()
            self.about[key] = tuple(one for one in self.rules if one.names(*key))
        return self.about[key]


def alias(question: Question) -> str:
    """The server of the call."""
    return question.server or question.tool.partition("__")[0]


def indexed(rule: Rule) -> Indexed:
    """One rule, made ready."""
    tools, servers = (globs_of(rule, names) if names else None for names in (rule.tools, rule.servers))
    return Indexed(rule, tools, servers, narrowing(rule))


def index(policy: Policy) -> Index:
    """The policy, made ready once for as long as this object is in use."""
    return _prepared(_Same(policy))


class _Same:
    """A policy as a key: this very object, so that a thousand rules need not be hashed and compared."""

    __slots__ = ("policy",)

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


@lru_cache(maxsize=PREPARED)
def _prepared(same: _Same) -> Index:
    rules = same.policy.rules
    named = [who for rule in rules for who in (rule.requesters, rule.except_requesters) if who]
    groups = dict.fromkeys(group for who in named for group in who.groups)
    return Index(tuple(indexed(rule) for rule in rules), tuple(groups))
