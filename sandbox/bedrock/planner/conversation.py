"""The conversation so far: what was asked, what was called, what came back. Marks around texts are seen through."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.bedrock.planner.entities import SHAPES
from sandbox.bedrock.turns import Body, blocks

OTHERS = re.compile(
    r"<([\w-]*(?:untrusted|thread|history|quoted|context|others)[\w-]*)\b[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE
)
ASKED = re.compile(r"<([\w-]*(?:request|message|ask|question)[\w-]*)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
# A line that says who asks; what they say follows.
HEAD = re.compile(r"^(?:request by|the requester|asked by)\b[^\n]*:\n", re.IGNORECASE | re.MULTILINE)
MARKED = re.compile(r"<([a-z][\w-]*)\b[^>]*>.*?</\1>", re.DOTALL)
TAG = re.compile(r"</?[a-z][\w-]*(?: [^<>]*)?>", re.IGNORECASE)
FACT = re.compile(
    r"^\W*(?:time|now|date|today|requester|actor|from|user|channel|workspace|surface|account|region)\b[^:\n]{0,40}:.*$",
    re.IGNORECASE | re.MULTILINE,
)
# What a result says when it is no success, and the word for it; the first that fits counts.
OUTCOMES = (
    ("unknown", r"unknown|not known whether"),
    ("not run", r"not[ _]run"),
    ("expired", r"expired|nobody decided"),
    ("withdrawn", r"withdrawn|took this back"),
    ("superseded", r"superseded|another call stands for"),
    ("revoked", r"revoked|approved, then stopped"),
    ("denied", r"denied|refused by policy"),
)
NOISE = re.compile(r"Do not (?:try|repeat) [^.]*\.|^Failed\. Nothing more is known than this:", re.IGNORECASE)
NEXT = ("next_page_token", "nextPageToken", "next_token", "nextToken", "NextToken", "next_cursor", "nextCursor")


@dataclass(frozen=True, slots=True)
class Step:
    """One call that was made and what it answered. `outcome` is "succeeded" or one of the words for its failure."""

    tool: str
    args: dict[str, Any]
    text: str
    data: Any
    outcome: str

    @property
    def key(self) -> tuple[str, str]:
        return call_key(self.tool, self.args)


@dataclass(frozen=True, slots=True)
class Talk:
    """`asks` are the requester's own words, oldest first; `around` is everything else that people wrote."""

    asks: tuple[str, ...]
    around: str
    steps: tuple[Step, ...]


def call_key(tool: str, args: dict[str, Any]) -> tuple[str, str]:
    """Equal for equal calls."""
    return tool, json.dumps(args, sort_keys=True)


def read(body: Body) -> Talk:
    """The conversation of a request body."""
    asks, around, steps = [], [], []
    uses: dict[str, Body] = {}
    for message in body["messages"]:
        texts = [block["text"] for block in blocks(message) if block["type"] == "text"]
        if message["role"] == "user":
            around.append("\n".join(texts))
            asks.append(asked("\n".join(texts)))
        uses |= {block["id"]: block for block in blocks(message) if block["type"] == "tool_use"}
        results = [block for block in blocks(message) if block["type"] == "tool_result"]
        steps += [_step(uses[block["tool_use_id"]], block) for block in results]
    return Talk(tuple(ask for ask in asks if ask), "\n".join(around), tuple(steps))


def asked(text: str) -> str:
    """The requester's own words, without marked texts of others and without lines of facts."""
    own = OTHERS.sub("", text)
    if HEAD.search(own):
        own = "\n".join(part.strip() for part in HEAD.split(own)[1:])
    elif marked := ASKED.search(own):
        own = html.unescape(marked[2])
    else:
        own = FACT.sub("", MARKED.sub("", own))
    return re.sub(r"^\s*(?:<@U\w+>|@countersign)[:,]?\s*", "", own, flags=re.IGNORECASE).strip()


def others(text: str) -> str:
    """What stands between the marks of other people's text."""
    return "\n".join(match.group() for match in OTHERS.finditer(text))


def mails(text: str) -> tuple[str, ...]:
    """Every address in a text, once."""
    return tuple(dict.fromkeys(SHAPES["mails"].findall(text)))


def _step(use: Body, result: Body) -> Step:
    content = result.get("content") or ""
    parts = [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    text = "\n".join(parts)
    data = find_json(text)
    plain = NOISE.sub("", TAG.sub("", text)).strip()
    failed = bool(result.get("is_error")) or (isinstance(data, dict) and data.get("outcome") in dict(OUTCOMES))
    return Step(use["name"], use["input"], plain, data, _outcome(text) if failed else "succeeded")


def _outcome(text: str) -> str:
    own = OTHERS.sub("", text).strip() or text
    return next((word for word, said in OUTCOMES if re.search(rf"\b(?:{said})\b", own[:300], re.IGNORECASE)), "failed")


def find_json(text: str) -> Any:
    """The JSON object or list of objects in the text; all of them where a cut text holds several; None without one."""
    found = list(_documents(text))
    if not found:
        plain = html.unescape(text)
        return find_json(plain) if plain != text else None
    return found[0] if len(found) == 1 else found


def _documents(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    for _ in range(1000):
        start = re.compile(r"[{\[]").search(text, at)
        if start is None:
            return
        try:
            value, at = decoder.raw_decode(text, start.start())
        except ValueError:
            at = start.end()
        else:
            if value and (isinstance(value, dict) or isinstance(value[0], dict)):
                yield value


def records(data: Any) -> list[dict[str, Any]] | None:
    """The list of records in a result, None if it holds none. The plain lists of a single record are no records."""
    if isinstance(data, list):
        return data if all(isinstance(item, dict) for item in data) else [{"value": item} for item in data]
    if isinstance(data, dict):
        single = any(isinstance(value, str) and value and name not in NEXT for name, value in data.items())
        inner = (records(value) for value in data.values() if isinstance(value, dict) or _lists(value, single=single))
        return next((rows for rows in inner if rows is not None), None)
    return None


def _lists(value: Any, *, single: bool) -> bool:
    """Whether this member of a result lists records, rather than being a field of a `single` one."""
    return isinstance(value, list) and (not single or (bool(value) and all(isinstance(item, dict) for item in value)))


def next_token(data: Any) -> str:
    """The token of the next page, empty on the last."""
    if not isinstance(data, dict):
        return ""
    own = next((str(data[name]) for name in NEXT if data.get(name)), "")
    return own or next_token(data.get("result"))
