"""The tools on offer, and how well one fits a clause."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.bedrock.planner.request import Clause
from sandbox.bedrock.planner.words import FILLERS, READS, actions, bag, is_participle, split_name, stem, thing, words
from sandbox.bedrock.turns import Body

OPPOSITE = ({"suspend", "restore"}, {"create", "delete"}, {"start", "stop"}, {"grant", "revoke"}, {"approve", "revoke"})
GENERIC = bag("list create update send run close")


@dataclass(frozen=True)
class Tool:
    """One tool: `name` as offered, `alias` of its server, the rest read out of name, description and schema."""

    name: str
    description: str
    schema: dict[str, Any]

    @property
    def alias(self) -> str:
        return self.name.rpartition("__")[0]

    @cached_property
    def parts(self) -> list[str]:
        """The words of its name; a verb of two words is one of them."""
        first, *rest = split_name(self.name.rpartition("__")[2])
        return [first + rest[0], *rest[1:]] if rest and rest[0] in ("off", "on", "out") else [first, *rest]

    @cached_property
    def named(self) -> frozenset[str]:
        """What its name says it does, empty for a verb that is not known."""
        return next((actions(part) for part in self.parts if actions(part)), frozenset())

    @cached_property
    def action(self) -> frozenset[str]:
        """By its name, else by its description; a verb that is not known stands for itself."""
        return self.named or self.described | {stem(self.parts[0])}

    @cached_property
    def described(self) -> frozenset[str]:
        """Every action its description mentions."""
        return frozenset(a for word in words(self.description) if not is_participle(word) for a in actions(word))

    @cached_property
    def things(self) -> frozenset[str]:
        return frozenset(thing(part) for part in self.parts if not actions(part))

    @property
    def reads(self) -> bool:
        return (self.named or self.described) == READS

    @cached_property
    def verb(self) -> str:
        return re.sub(r"(?<=\w)(off|on|out)$", r" \1", self._verb) if self._verb in self.parts[:1] else self._verb

    @cached_property
    def _verb(self) -> str:
        return next((part for part in self.parts if actions(part)), self.parts[0])

    @cached_property
    def noun(self) -> str:
        """What it is about, in words: "users" of list_users."""
        return " ".join(part for part in self.parts if part != self._verb)


def offered(body: Body) -> list[Tool]:
    """The tools of a request, in its order."""
    return [Tool(t["name"], str(t.get("description", "")), t["input_schema"]) for t in body.get("tools", [])]


def fits(tool: Tool, clause: Clause) -> float:
    """0 if the tool does not do what the clause asks, else more for every word that speaks for it."""
    if clause.get("commands") and any("command" in name for name in re.findall(r'"?(\w+)', str(tool.schema))):
        return 9
    if not _does(tool, clause):
        return 0
    common = len(tool.things & clause.things)
    about = len({thing(word) for word in words(tool.description)} & clause.things - FILLERS)
    named = bool(tool.action & clause.action)
    specific = named and not clause.action & GENERIC
    aimed = clause.targets and (clause.searches or not clause.only_named or not clause.reads)
    if not (common or specific or aimed or clause.get("accounts")):
        return 0
    alias = 2 * bool(set(split_name(tool.alias)) & set(words(clause.text.lower())))
    other = len(tool.things - clause.things)
    said = any(stem(part) in clause.stems for part in tool.parts if not actions(part))
    return 6 * named + 3 * common + 0.25 * min(about, 4) + alias - 0.5 * min(other, 4) + said


def _does(tool: Tool, clause: Clause) -> bool:
    if clause.reads or tool.reads:
        return tool.reads and clause.reads
    if any(tool.action & pair and clause.action & pair and not tool.action & clause.action for pair in OPPOSITE):
        return False
    return bool((tool.action | tool.described) & clause.action)


def best(tools: Sequence[Tool], clause: Clause, fit: Callable[[Tool, Clause], float]) -> Tool | None:
    """The tool with the highest sum of `fits` and `fit` (how well its schema can be filled); the first of equals."""
    does = [(tool, score) for tool in tools if (score := fits(tool, clause))]
    scores = {tool.name: score + fit(tool, clause) for tool, score in does}
    tool = max((tool for tool, _ in does), key=lambda tool: scores[tool.name], default=None)
    return tool if tool and scores[tool.name] > 0 else None
