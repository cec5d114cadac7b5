"""Things that can be told by their shape: addresses, ids, keys, names, quotes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from sandbox.bedrock.planner.words import FILLERS, THINGS, actions, bag, is_participle, stem

# In this order: what one shape has claimed is blanked out before the next looks.
SHAPES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "quotes": re.compile(r"[\"“”]([^\"“”]+)[\"“”]|(?<!\w)'([^']+)'(?!\w)|`([^`]+)`"),
        "commands": re.compile(r"\b(aws [a-z0-9-]+ [a-z][\w-]*(?: --?[\w-]+(?:[ =][^\s,]+)?| [a-z0-9]+://\S+)*)"),
        "urls": re.compile(r"\bhttps?://[^\s<>|]+"),
        "mails": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b"),
        "ids": re.compile(r"\barn:[\w:/.*-]+|\b[a-z]{1,8}-[0-9a-f]{6,}\b"),
        "keys": re.compile(r"\b[A-Z][A-Z0-9_]{1,9}-\d+\b"),
        "regions": re.compile(r"\b[a-z]{2}(?:-gov)?-(?:north|south|east|west|central)[a-z]*-\d\b"),
        "dates": re.compile(r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?\b"),
        "accounts": re.compile(r"\b\d{12}\b"),
        "channels": re.compile(r"#[a-z0-9_-]+"),
        "domains": re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"),
        "numbers": re.compile(r"(?<![\w-])\d+\b"),
        "projects": re.compile(r"\b[A-Z][A-Z0-9]{1,9}\b"),
    }
)
NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+(?: (?:(?:van|von|de|der|den|la) )*[A-ZÀ-Þ][\w'’-]+)*")
DAYS = bag(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december"""
)
Entities = dict[str, tuple[str, ...]]


def entities(text: str) -> tuple[Entities, str]:
    """What the text names, by kind, each once; and the text with those blanked out."""
    found: Entities = {}
    for kind, shape in SHAPES.items():
        values = (next((g for g in match.groups() if g), match.group()) for match in shape.finditer(text))
        found[kind] = tuple(dict.fromkeys(values))
        text = shape.sub(" · ", text)
    return found, text


def names(rest: str, extra: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Names of people or things among what is left: runs of capitalised words, without verbs at their start."""
    found = []
    for match in NAME.finditer(rest):
        parts = match.group().split()
        while parts and is_common(parts[0], extra):
            parts.pop(0)
        if parts and not all(is_common(part, extra) for part in parts):
            found.append(re.sub(r"['’]s$", "", " ".join(parts)))
    return tuple(dict.fromkeys(found))


def loose_names(rest: str, extra: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The same for people who type in lower case: what is left when verbs, fillers and common things are gone."""
    found = []
    for part in re.split(r"\band\b|[,·&?!.]", rest):
        kept = [word for word in re.findall(r"[\w'’-]+", part) if not is_common(word, extra) and not word.isdigit()]
        if 0 < len(kept) <= 3:
            found.append(" ".join(kept))
    return tuple(dict.fromkeys(found))


def is_common(word: str, extra: frozenset[str]) -> bool:
    """Not part of a name: a verb, a filler, a day, a thing such as "user", or one of `extra` (stems)."""
    low = word.lower()
    base = stem(word)
    return (
        low in FILLERS | DAYS or base in THINGS or bool(actions(word)) or base in extra or low in extra
    ) or is_participle(word)
