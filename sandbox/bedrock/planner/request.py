"""A request taken apart: clauses, each with its action, what it names and what it says about them."""

import re
from dataclasses import dataclass, field, replace

from sandbox.bedrock.planner.entities import Entities, entities, loose_names, names
from sandbox.bedrock.planner.words import ACTIONS, READS, THINGS, actions, bag, is_participle, stem, thing, words

QUESTION = bag("list who which what is how whose where query")
VERBS = "|".join(sorted({w for group in ACTIONS.values() for w in group} - QUESTION | {"list"}, key=len, reverse=True))
POLITE = r"(?:(?:please|also|then|now|just|kindly) )*"
SPLIT = re.compile(
    rf"(?<=[.!?;])\s+|\n+"
    rf"|,?\s+(?:and then|and also|and|then|but|also|plus)\s+(?={POLITE}(?:{VERBS}|don't|do not)\b)"
    rf"|,\s+(?={POLITE}(?:{VERBS})\b)",
    re.IGNORECASE,
)
REASON = re.compile(
    r"[,;:(]?\s*\b(?:because|since(?! \d)|due to|reason:|as (?=he\b|she\b|they\b|it\b))\s*(?P<why>.+)$"
    r"|(?:^(?!who)|[,;(–-]\s*)(?P<who>(?:he|she|they|it|who|the person|this person)\s+"
    r"(?:has|have|had|just|is|are|was|were|will|left|leaves|quit|retired|resigned|lost|went|joined|got)\b.*)$",
    re.IGNORECASE,
)
NOT = re.compile(r"\b(?:don't|don’t|do not|never|not to|without|shouldn't|must not)\b", re.IGNORECASE)
NEGATED = re.compile(NOT.pattern + r"\s+(?:\w+\s+)?$", re.IGNORECASE)
MORE = re.compile(r"\b(?:and|also|too|plus|as well|same)\b", re.IGNORECASE)
PASSIVE = re.compile(r"\b(?:to|should|must) be \w+ed\b|\b(?:get|have|want|need)\b.*\b\w+ed[.!]?$", re.IGNORECASE)
PRONOUN = re.compile(
    r"\b(?:him|her|them|it|they|she|he|that user|this user|that person|this person|same)\b", re.IGNORECASE
)
TWO_WORDS = re.compile(
    r"\b(roll|shut|turn|power|look|sign|log|re)[ -](back|down|off|on|out|up|enable|activate)\b", re.IGNORECASE
)
TELL_ME = re.compile(r"\b(?:tell me|let me know|give me)\b", re.IGNORECASE)
SLACK = re.compile(
    r"<(?:mailto:|https?://)?[^|>\s]*\|([^>]+)>|<((?:mailto:)?[^@#!/>\s][^>\s|]*@[^>\s|]+|https?://[^>|\s]+)>"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked. `states` are stems of participles ("suspended"), `reason` is why, as it was said."""

    text: str
    action: frozenset[str] = frozenset()
    found: Entities = field(default_factory=dict)
    names: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    reason: str = ""

    @property
    def reads(self) -> bool:
        return bool(self.action & READS)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in words(self.text))

    @property
    def things(self) -> frozenset[str]:
        return frozenset(thing(word) for word in words(self.text))

    @property
    def searches(self) -> bool:
        return bool(re.search(r"\b(?:find|search|lookup|who is|look for)\b", self.text, re.IGNORECASE))

    @property
    def wants_all(self) -> bool:
        return bool(
            re.search(r"\b(?:all|every\w*|each|how many|count|who|which|complete|entire)\b", self.text, re.IGNORECASE)
        )

    @property
    def targets(self) -> bool:
        return bool(self.names) or not self.only_named

    @property
    def only_named(self) -> bool:
        return not any(self.found.get(kind) for kind in ("mails", "ids", "keys", "quotes", "channels"))

    def get(self, kind: str) -> tuple[str, ...]:
        return self.found.get(kind, ())

    def only(self, kind: str, *values: str) -> "Clause":
        return replace(self, found=self.found | {kind: values})


def clauses(text: str, before: Clause | None = None, extra: frozenset[str] = frozenset()) -> list[Clause]:
    """The clauses that ask for something, in order.

    `before` lends its action and targets to one that has none; `extra` are words of the tools, never part of a name.
    """
    asked: list[Clause] = []
    topic = before
    for part in _parts(SLACK.sub(lambda m: (m[1] or m[2]).removeprefix("mailto:"), text)):
        clause = _clause(part, extra)
        if clause.action:
            asked.append(_inherit(clause, topic))
        elif clause.reason and asked:
            asked[-1] = replace(asked[-1], reason=asked[-1].reason or clause.reason)
        elif not clause.targets or NOT.search(part):
            continue
        elif topic is None:
            topic = replace(clause, reason=part.strip(" .,"))
            continue
        elif topic.action and (MORE.search(part) or len(part.split()) <= 2):
            asked[len(asked) - bool(asked and not topic.targets) :] = [replace(clause, action=topic.action)]
        topic = asked[-1] if asked else topic
    return asked


def _inherit(clause: Clause, topic: Clause | None) -> Clause:
    """The clause with the targets of what was spoken of before, if it has none and points there."""
    points = bool(PRONOUN.search(clause.text)) or not (clause.loose or clause.reads)
    if topic is None or clause.targets or not topic.targets or not points:
        return clause
    found = topic.found | {kind: values for kind, values in clause.found.items() if values}
    reason = clause.reason or ("" if topic.action else topic.reason)
    return replace(clause, found=found, names=topic.names, reason=reason)


def _parts(text: str) -> list[str]:
    """The text cut into clauses; what stands in quotes stays whole."""
    quotes: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quotes.append(match.group())
        return f"\x00{len(quotes) - 1}\x00"

    hidden = TWO_WORDS.sub(
        r"\1\2", re.sub(r"[\"“][^\"“”]+[\"”]|`[^`]+`|(?<!\w)'[^']+'(?!\w)", hide, TELL_ME.sub("show", text))
    )
    shown = (re.sub(r"\x00(\d+)\x00", lambda m: quotes[int(m[1])], part) for part in SPLIT.split(hidden))
    return [part.strip() for part in shown if part.strip()]


def _clause(part: str, extra: frozenset[str]) -> Clause:
    reason = REASON.search(part)
    said = part[: reason.start()] if reason else part
    found, rest = entities(said)
    acts = _action(said, rest, extra) or (frozenset({"run"}) if found["commands"] else frozenset())
    states = frozenset(stem(word) for word in words(rest) if is_participle(word) and actions(word) != acts)
    why = (reason["why"] or reason["who"]).strip(" .!)") if reason else ""
    return Clause(said, acts, found, names(rest, extra), loose_names(rest, extra), states, why)


def _action(said: str, rest: str, extra: frozenset[str]) -> frozenset[str]:
    """The first verb that asks for something. A participle counts only where something is to be made so."""
    if PASSIVE.search(said):
        return next((actions(word) for word in reversed(list(words(rest))) if is_participle(word)), frozenset())
    strange = None
    for match in re.finditer(r"[A-Za-z][\w'’-]*", rest):
        word = match.group()
        if actions(word) and not is_participle(word):
            return frozenset() if NEGATED.search(rest[: match.start()]) else actions(word)
        if strange is None and not actions(word) and stem(word) in extra and stem(word) not in THINGS.values():
            strange = frozenset({stem(word)})
    asks = said.rstrip().endswith("?") or any(is_participle(word) for word in words(rest))
    return strange or (READS if asks else frozenset())
