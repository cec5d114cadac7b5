"""What stands before a place in a request, byte by byte, without the marks of the cache: they are no content."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic

from sandbox.bedrock.turns import Body, blocks

MARK = "cache_control"
LOOKBACK = 20
"""Blocks before a mark in which an older entry is found (Claude docs, "Prompt caching")."""
LEAST = 512
"""Tokens below which nothing is cached; the newest models' own figure, older ones want more."""
LIFE = 300.0
"""Seconds that an entry lives after it was last used (ttl "5m")."""


@dataclass(frozen=True, slots=True)
class Place:
    """A block and all before it: the digest of these bytes, how many tokens they make, whether the block is marked."""

    digest: str
    tokens: int
    is_marked: bool


def parts(body: Body) -> Iterator[tuple[str, Body]]:
    """Every block of a request in the order that the service reads it: tools, system text, messages."""
    for tool in body.get("tools", []):
        yield "tool", tool
    for block in blocks({"content": body.get("system")}):
        yield "system", block
    for message in body["messages"]:
        for block in blocks(message):
            yield message["role"], block


def places(body: Body) -> list[Place]:
    """All places of a request, first to last."""
    read, size, found = sha256(), 0, []
    for role, block in parts(body):
        text = written(role, block)
        read.update(text)
        size += len(text)
        found.append(Place(read.hexdigest(), size // 4, MARK in block))
    return found


def written(role: str, block: Body, *, in_order: bool = False) -> bytes:
    """One block, its members as they came, or `in_order` of their names; about four bytes make a token."""
    unmarked = {name: value for name, value in block.items() if name != MARK}
    return json.dumps([role, unmarked], ensure_ascii=False, sort_keys=in_order).encode(errors="surrogatepass")


@dataclass(frozen=True, slots=True)
class Counted:
    """Input tokens as the service counts them: together they are the whole prompt."""

    input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int


@dataclass(slots=True)
class PromptCache:
    """Entries are written at marks only, and read at marks or at most 20 blocks before one."""

    elapsed: Callable[[], float] = monotonic
    entries: dict[str, float] = field(default_factory=dict)

    def count(self, model: str, body: Body) -> Counted:
        """What this request reads and writes."""
        found = places(body)
        marks = [n for n, place in enumerate(found) if place.is_marked]
        total = found[-1].tokens if found else 0
        read = max((found[n].tokens for mark in marks if (n := self._hit(model, found, mark)) is not None), default=0)
        for n in marks:
            if found[n].tokens >= LEAST:
                self.entries[self._key(model, found[n])] = self.elapsed() + LIFE
        kept = found[marks[-1]].tokens if marks and found[marks[-1]].tokens >= LEAST else 0
        return Counted(total - max(kept, read), max(kept - read, 0), read)

    def _hit(self, model: str, found: list[Place], mark: int) -> int | None:
        for n in range(mark, max(-1, mark - LOOKBACK - 1), -1):
            if self.entries.get(self._key(model, found[n]), 0.0) > self.elapsed():
                return n
        return None

    def _key(self, model: str, place: Place) -> str:
        return f"{model} {place.digest}"
