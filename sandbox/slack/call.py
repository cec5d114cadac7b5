"""One Web API call: its arguments, read strictly, and who makes it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.payload import Json
from sandbox.slack.errors import SlackError, with_messages
from sandbox.slack.service import Slack
from sandbox.slack.workspace import Channel, Kind

SCOPE_OF_KIND = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.DIRECT: "im"}
MOST_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """`origin` is the address the call came to: `http://host:port`."""

    slack: Slack
    method: str
    args: Mapping[str, Any]
    origin: str

    def text(self, name: str) -> str:
        """A string argument, empty when absent. Raises SlackError: invalid_arguments."""
        value = self.args.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise with_messages("invalid_arguments", f"must be a string [json-pointer:/{name}]")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, as JSON has it or as a form writes it."""
        return self.args.get(name) in (True, 1, "true", "True", "1")

    def number(self, name: str, default: int) -> int:
        """A whole number above 0. Raises SlackError: invalid_arguments."""
        value = self.args.get(name)
        try:
            number = default if value in (None, "") else int(str(value))
        except ValueError:
            number = 0
        if number < 1:
            raise with_messages("invalid_arguments", f"must be a number above 0 [json-pointer:/{name}]")
        return number

    def json(self, name: str, wrong: str) -> Any:
        """An argument that is JSON, or JSON inside a string; None when absent. Raises SlackError with code `wrong`."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(wrong) from None

    def channel(self, name: str = "channel") -> Channel:
        """A conversation the app may know of. Raises SlackError: channel_not_found."""
        workspace = self.slack.workspace
        channel = workspace.channels.get(self.text(name))
        hidden = channel is not None and channel.kind is not Kind.PUBLIC and not workspace.bot_is_in(channel)
        if channel is None or hidden:
            raise SlackError("channel_not_found")
        return channel

    def require_scope(self, *scopes: str) -> None:
        """Raises SlackError: missing_scope when the token lacks one of them."""
        granted = self.slack.workspace.app.scopes
        missing = [scope for scope in scopes if scope not in granted]
        if missing:
            raise SlackError("missing_scope", needed=",".join(missing), provided=",".join(sorted(granted)))

    def require_scope_for(self, channel: Channel, right: str) -> None:
        """Such as `channels:history`, `groups:history` or `im:history`, by the kind of conversation."""
        self.require_scope(f"{SCOPE_OF_KIND[channel.kind]}:{right}")

    def page(self, items: list[Any], default: int = 100) -> tuple[list[Any], str]:
        """The page that `cursor` and `limit` ask for, and the next cursor. Raises SlackError: invalid_cursor."""
        size = min(self.number("limit", default), MOST_PER_PAGE)
        start = self._start(len(items))
        end = start + size
        return items[start:end], f"offset:{end}" if end < len(items) else ""

    def _start(self, known: int) -> int:
        cursor = self.text("cursor")
        offset = cursor.removeprefix("offset:")
        if cursor and (offset == cursor or not offset.isdecimal() or int(offset) > known):
            raise SlackError("invalid_cursor")
        return int(offset or 0)


Handler: TypeAlias = Callable[[Call], Json]
