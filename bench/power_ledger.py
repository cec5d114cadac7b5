"""What was written and what was acknowledged, kept outside the disk; and the comparison with what is left on it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.adapters.sqlite_store import SqliteStore
from bot.errors import NotFound
from bot.models.audit import AuditEvent, first_bad
from bot.models.request import Record
from bot.store_ports import Change


@dataclass(slots=True)
class Story:
    """One request: how it would look after each change that was tried, and how far it was acknowledged."""

    opened: Change
    looks: list[Record] = field(default_factory=list)
    audit: list[tuple[AuditEvent, ...]] = field(default_factory=list)
    acknowledged: int = 0
    clicks: list[tuple[str, ...]] = field(default_factory=list)
    clicks_acknowledged: int = 0

    @property
    def key(self) -> str:
        """The key that a redelivery of its mention has."""
        return f"event:{self.opened.request.id}"


@dataclass(slots=True)
class Ledger:
    """All requests of one disk, and the messages that were acknowledged as shown."""

    stories: dict[str, Story] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    named: int = 0

    def new_id(self) -> str:
        """An id that no request of this disk ever had."""
        self.named += 1
        return f"r{self.named}"

    @property
    def acknowledged(self) -> int:
        """How many writes were."""
        steps = sum(story.acknowledged + story.clicks_acknowledged for story in self.stories.values())
        return steps + sum(self.shown.values())

    @property
    def tried(self) -> int:
        """How many writes were begun; showings count once they are acknowledged."""
        steps = sum(len(story.looks) + len(story.clicks) for story in self.stories.values())
        return steps + sum(self.shown.values())

    async def missing(self, store: SqliteStore) -> AsyncIterator[str]:
        """What an acknowledged write has lost, or what was half saved. Then what is there becomes the new beginning."""
        for request_id, story in list(self.stories.items()):
            try:
                record = await store.load(request_id)
            except NotFound:
                if story.acknowledged:
                    yield f"{request_id} was acknowledged up to version {story.acknowledged}, and is gone"
                del self.stories[request_id]
                continue
            async for what in _wrong(store, story, record):
                yield f"{request_id}: {what}"
            _begin_again(story, record.request.version)
        async for what in self._unseen(store):
            yield what

    async def _unseen(self, store: SqliteStore) -> AsyncIterator[str]:
        for request_id in self.stories:
            for row in await store.rows(request_id):
                times = int(row.posted_ts or 0)
                if times < self.shown.get(row.id, 0):
                    yield f"{row.id} was shown {self.shown[row.id]} times, and is remembered as shown {times} times"


async def _wrong(store: SqliteStore, story: Story, record: Record) -> AsyncIterator[str]:
    version = record.request.version
    if not story.acknowledged <= version <= len(story.looks):
        yield f"versions up to {story.acknowledged} were acknowledged, and version {version} is left"
        return
    if record != story.looks[version - 1]:
        yield f"version {version} is not as it was written"
    events = tuple(await store.audit(record.request.id))
    if events != tuple(event for part in story.audit[:version] for event in part):
        yield f"the audit trail is not that of version {version}"
    if first_bad(events) is not None or [event.hash for event in events[-1:]] != [record.request.audit_hash]:
        yield "the audit chain does not hold"
    notices = {row.id for row in await store.rows(record.request.id) if row.kind == "notice"}
    if notices != {f"notice:{record.request.id}:{number}" for number in range(2, version + 1)}:
        yield f"the messages are not those of version {version}"
    for what in _clicks(story, [event.id for event in await store.inbox(record.request.id)]):
        yield what
    if await store.receive(story.opened, [story.key]) != record.request.id:
        yield "its mention would open a second request"


def _clicks(story: Story, left: Sequence[str]) -> list[str]:
    """Each click stored two events at once; they are there in the order in which they came."""
    whole = [event for pair in story.clicks for event in pair]
    if len(left) % 2 or list(left) != whole[: len(left)]:
        return [f"clicks are half there: {left}"]
    if len(left) < 2 * story.clicks_acknowledged:
        return [f"{story.clicks_acknowledged} clicks were acknowledged, and {len(left) // 2} are left"]
    del story.clicks[len(left) // 2 :]
    story.clicks_acknowledged = len(story.clicks)
    return []


def _begin_again(story: Story, version: int) -> None:
    """What people have seen once the power is back may not get lost any more."""
    del story.looks[version:], story.audit[version:]
    story.acknowledged = version
