"""Messages of the workspace, as Slack keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.payload import Json


@dataclass(slots=True)
class Message:
    """One message of a channel. `body` is Slack's message object; `only_for` names the reader of an ephemeral one."""

    channel: str
    body: Json
    metadata: Json | None = None
    only_for: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ts(self) -> str:
        return str(self.body["ts"])

    @property
    def thread_ts(self) -> str:
        return str(self.body.get("thread_ts", ""))

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in ("", self.ts)


class Messages:
    """All messages, oldest first, with the thread facts Slack keeps on a parent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: dict[tuple[str, str], Message] = {}
        self._last = 0

    def new_ts(self) -> str:
        """A timestamp that no other message has: seconds and six digits."""
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, message: Message) -> None:
        self._all[message.channel, message.ts] = message
        if message.is_reply and not message.only_for:
            self._count_replies(message.channel, message.thread_ts)

    def find(self, channel: str, ts: str, reader: str = "") -> Message | None:
        """The message, unless it is somebody else's ephemeral one."""
        found = self._all.get((channel, ts))
        return found if found and found.only_for in ("", reader) else None

    def remove(self, message: Message) -> None:
        """Deletes it; a parent that has replies leaves a tombstone, as in Slack."""
        if message.body.get("reply_count"):
            message.body = tombstone(message.body)
            message.metadata = None
            return
        del self._all[message.channel, message.ts]
        if message.is_reply and not message.only_for:
            self._count_replies(message.channel, message.thread_ts)

    def in_channel(self, channel: str, reader: str = "") -> Iterator[Message]:
        """Replies included, oldest first; ephemeral ones only for their reader."""
        found = (message for message in self._all.values() if message.channel == channel)
        return iter(sorted((one for one in found if one.only_for in ("", reader)), key=lambda one: moment(one.ts)))

    def with_file(self, file_id: str) -> list[Message]:
        """Every message that holds the file."""
        return [one for one in self._all.values() if file_id in [file["id"] for file in one.body.get("files") or ()]]

    def roots(self, channel: str) -> list[Message]:
        """What conversations.history lists: everything but replies."""
        return [message for message in self.in_channel(channel) if not message.is_reply]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The parent and its replies; empty when there is no such message."""
        start = self.find(channel, ts)
        root = start.thread_ts or start.ts if start else ts
        return [one for one in self.in_channel(channel) if root in (one.ts, one.thread_ts)]

    def _count_replies(self, channel: str, ts: str) -> None:
        parent = self._all.get((channel, ts))
        if parent is None:
            return
        replies = [one for one in self.thread(channel, ts) if one.is_reply]
        users = list(dict.fromkeys(str(one.body.get("user")) for one in replies))
        for key in ("reply_count", "reply_users_count", "reply_users", "latest_reply", "thread_ts", "subscribed"):
            parent.body.pop(key, None)
        if replies:
            parent.body |= {
                "thread_ts": ts,
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "reply_users": users,
                "latest_reply": replies[-1].ts,
                "subscribed": False,
            }


def tombstone(body: Json) -> Json:
    """What is left of a deleted parent."""
    kept = ("type", "ts", "thread_ts", "reply_count", "reply_users_count", "reply_users", "latest_reply", "subscribed")
    gone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    return {key: body[key] for key in kept if key in body} | gone


def moment(ts: str) -> tuple[int, int]:
    """A timestamp as something that sorts. Raises ValueError when it is none."""
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros.ljust(6, "0") or 0)
