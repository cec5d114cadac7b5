"""What Slack answers when it refuses."""

from typing import Any


class SlackError(Exception):
    """A call Slack answers with `ok: false`. `code` is its error, `extra` the further keys of the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def with_messages(code: str, *messages: str) -> SlackError:
    """The error with the reasons where Slack puts them."""
    return SlackError(code, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
