"""What a clause says for one property."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sandbox.bedrock.planner.entities import is_common
from sandbox.bedrock.planner.request import Clause
from sandbox.bedrock.planner.schema import TOKEN, kinds
from sandbox.bedrock.planner.words import actions, split_name, stem

FREE = re.compile(
    r"(?:\b(?:about|saying|says|titled|called|named|summary|title)\b|: )\s*(?P<a>.+)$"
    r"|\b(?:for|to|that|on)\s+(?!project)(?P<b>.+)$",
    re.IGNORECASE,
)
NOT_ACTIVE = frozenset({"suspend", "archive", "delete"})


@dataclass(frozen=True, slots=True)
class Place:
    """One property to be filled."""

    name: str
    schema: Mapping[str, Any]
    clause: Clause
    used: set[str]
    required: bool

    @property
    def parts(self) -> list[str]:
        return split_name(self.name)


def value_for(place: Place) -> Any:
    """None where the clause says nothing for it."""
    if TOKEN.match(place.name):
        return None
    fixed = [place.schema["const"]] if "const" in place.schema else place.schema.get("enum", [])
    if fixed:
        said = place.clause.stems | {value.lower() for value in re.findall(r"[\w.-]+", place.clause.text)}
        named = (value for value in fixed if str(value).lower() in said or stem(str(value)) in said)
        return next(named, fixed[0] if place.required and len(fixed) == 1 else None)
    reader = READERS.get(place.schema.get("type", "string"))
    return reader(place) if reader else None


def _flag(place: Place) -> bool | None:
    """suspended=true for "who is suspended?", false for "not suspended" and for "active"."""
    states = place.clause.states | (place.clause.stems if place.clause.reads else frozenset())
    for base in (stem(part) for part in place.parts if part not in {"is", "has", "include", "only", "show"}):
        said = {word for word in states if word == base or actions(word) & actions(base)}
        if said:
            negated = rf"\b(?:not|never|non|isn't|aren't)[ -](?:\w+ )?{min(said)}"
            return not re.search(negated, place.clause.text, re.IGNORECASE)
        if base in NOT_ACTIVE and place.clause.stems & {"active", "enable"}:
            return False
    return None


def _number(place: Place) -> int | None:
    shape = rf"\b{' '.join(place.parts)}\D{{0,6}}(\d+)"
    if set(place.parts) & {"max", "limit", "count", "size", "top", "results"}:
        shape += r"|\b(?:first|top|last|most|only|limit|just)\s+(\d+)\b|\b(\d+) \w+s\b"
    if found := re.search(shape, place.clause.text, re.IGNORECASE):
        return int(found[found.lastindex or 0])
    numbers = place.clause.get("numbers")
    return int(numbers[0]) if place.required and len(numbers) == 1 else None


def _many(place: Place) -> list[str] | None:
    return next((list(values) for kind in kinds(place.name) if (values := place.clause.get(kind))), None)


def _text(place: Place) -> str | None:
    pattern = place.schema.get("pattern", "")
    for kind in kinds(place.name):
        value = SPECIAL[kind](place) if kind in SPECIAL else _named(place, kind)
        if value and _matches(pattern, value):
            place.used.add(value)
            return value
    kinds_found = (kind for kind in place.clause.found if kind not in {"numbers", "context"})
    anything = (value for kind in kinds_found for value in place.clause.get(kind) if value not in place.used)
    guess = pattern and "groups" not in kinds(place.name)
    fitting = next((value for value in anything if guess and _matches(pattern, value)), None)
    return fitting or (None if kinds(place.name) else _labelled(place))


def _matches(pattern: str, value: str) -> bool:
    """A pattern in another dialect than Python's is taken to fit nothing."""
    try:
        return bool(re.search(pattern, value))
    except re.error:
        return False


def _named(place: Place, kind: str) -> str | None:
    values = [value for value in place.clause.get(kind) if value not in place.used]
    return next(iter(near(place.name, place.clause, values) or values), None)


def _domain(place: Place) -> str | None:
    """The one named; where one is required, that of any address around."""
    mails = place.clause.get("mails") + place.clause.get("context") if place.required else ()
    return next(iter(place.clause.get("domains")), None) or next((mail.partition("@")[2] for mail in mails), None)


def _part_of_name(place: Place) -> str | None:
    first, _, rest = (place.clause.names or ("",))[0].partition(" ")
    return (first if set(place.parts) & {"first", "given"} else rest) if rest else None


def _name(place: Place) -> str | None:
    return (
        next(iter(place.clause.get("quotes") + place.clause.names + place.clause.loose), None)
        if place.required
        else None
    )


def _query(place: Place) -> str | None:
    """What to search for; a description that shows a syntax for it is followed."""
    clause, hint = place.clause, str(place.schema.get("description", ""))
    syntax = re.search(r"\bisSuspended ?[=:] ?true", hint)
    if syntax and any("suspend" in actions(state) for state in clause.states):
        return syntax.group()
    about = re.search(r"\b(?:about|mentioning|containing|matching|like) (.+)$", clause.text, re.IGNORECASE)
    said = clause.get("quotes") + clause.get("mails") + clause.get("keys") + clause.names
    said += (about[1].strip(" .?!"),) if about else ()
    said += clause.loose + clause.get("projects") if clause.searches else ()
    if not said:
        return None
    return f"name:'{said[0]}'" if "name:" in hint and said[0] in clause.names else said[0]


def _free_text(place: Place) -> str | None:
    """A summary or message: what is quoted, else what follows "about", a colon, "for" or "to"."""
    if not (place.required or _labelled(place)):
        return None
    if quotes := [quote for quote in place.clause.get("quotes") if quote not in place.used]:
        return quotes[0]
    match = FREE.search(place.clause.text)
    said = (match["a"] or match["b"]) if match else ""
    return re.sub(r"\s+in (?:the )?(?:project )?[A-Z][A-Z0-9]+(?: project)?\W*$", "", said).strip(" .!?") or None


def _group(place: Place) -> str | None:
    return next(iter(group_mails(place.name, place.clause)), None)


def group_mails(name: str, clause: Clause) -> list[str]:
    """Addresses that the text takes for a group's: behind the word, or where somebody goes to or comes from."""
    mails = clause.get("mails")
    where = r"\b(?:to|into|in|from|members? of) (?:the )?"
    return near(name, clause, mails) or [
        mail for mail in mails if re.search(where + re.escape(mail), clause.text, re.IGNORECASE)
    ]


def _licence(place: Place) -> str | None:
    """What is quoted, else what stands between the verb and whom it is for."""
    if quotes := place.clause.get("quotes"):
        return quotes[0]
    said = re.search(r"^\W*\w+ (?:the )?(?:licen[cs]e )?(.+?)(?: licen[cs]e)? (?:to|from)\b", place.clause.text)
    return said[1] if said else None


def _labelled(place: Place) -> str | None:
    """The value next to the property's own name: "priority high", "priority: high", "the api service"."""
    label = " ".join(place.parts).removesuffix(" name").removesuffix(" id")
    shapes = (
        rf"\b{label}\b(?:\s+(?:is|of|to|as|named|called))?\s*[=:]?\s+[\"'“`]?([\w.@/-]+)",
        rf"([\w.@/-]+)\s+{label}\b",
    )
    found = (re.search(shape, place.clause.text, re.IGNORECASE) for shape in shapes)
    return next((match[1].rstrip(".") for match in found if match and not is_common(match[1], frozenset())), None)


READERS: Mapping[str, Callable[[Place], Any]] = MappingProxyType(
    {"boolean": _flag, "integer": _number, "number": _number, "array": _many, "string": _text}
)
SPECIAL: Mapping[str, Callable[[Place], str | None]] = MappingProxyType(
    {
        "query": _query,
        "domains": _domain,
        "groups": _group,
        "licences": _licence,
        "part of name": _part_of_name,
        "name": _name,
        "text": _free_text,
        "reason": lambda place: place.clause.reason or None,
    }
)


def near(name: str, clause: Clause, values: Sequence[str]) -> list[str]:
    """The values that stand right behind the property's first word: "group admins@example.com"."""
    label = rf"\b{split_name(name)[0]}\W+(?:\w+\W+)?"
    return [value for value in values if re.search(label + re.escape(value), clause.text, re.IGNORECASE)]
