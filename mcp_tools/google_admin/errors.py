"""How a request to Google can end other than well.

GoogleFailure
├── NotSent    nothing left this machine
│   └── NoToken    Google gave no access token for the scope that the request needs
├── Refused    Google answered: no
└── NoAnswer   it was sent, and nobody knows what became of it
"""


class GoogleFailure(Exception):
    """A request that did not succeed."""


class NotSent(GoogleFailure):
    """There was no connection, or no credential to open one with. Nothing was changed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoToken(NotSent):
    """The credential is not good, or an administrator has not granted it the scope."""


class Refused(GoogleFailure):
    """An explicit error answer (HTTP 3xx or 4xx). `reason` is Google's machine word, empty where it gave none."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(status, reason, message)
        self.status = status
        self.reason = reason
        self.message = message


class NoAnswer(GoogleFailure):
    """Sent, but cut off, timed out, answered with HTTP 5xx or with something unreadable. A write may have happened."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
