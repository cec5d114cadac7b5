"""Every error of ours.

CountersignError
├── BadInput          somebody gave us something unusable; `where` and `mend` say what to change
├── NotFound          no such record
├── NotConfirmed      what an approver typed is not what was asked for; nothing was stored
├── VersionConflict   somebody else saved first: load again and decide again
├── IllegalTransition the event does not fit the record as it stands; nothing was changed
├── Unavailable       a port did not answer; `retry_after` (seconds) when it said so
│   ├── StoreUnavailable      nothing was saved, or it is not known whether it was; `mend` says what to do
│   │   └── Unreadable        what is stored at `where` is damaged; trying again cannot help
│   │       └── ChangedOutside  it is not what we saved: somebody else edited it
│   ├── DirectoryUnavailable  we do not know who somebody is
│   │   └── ClockDiffers      nor what time it is: our clock is not the directory's
│   └── ModelUnavailable      the model could not be asked
├── SecretUnreadable  what a tool made for the requester was not encrypted to our key
└── DeliveryFailed    a message could not be shown; `permanent` tells whether trying again can help
"""

RESTORE = "nothing is done with it; restore the newest backup, or put the row back from it"
GOES_ON = "work goes on by itself"
_TELL = "Nothing of it runs. Tell an admin: countersign audit verify names it."
CHANGED_OUTSIDE = f"This request's stored record was changed outside Countersign. {_TELL}"
"""What people are told who see it or click on it."""
DAMAGED = f"This request's stored record is damaged. {_TELL}"


class CountersignError(Exception):
    """The root of our errors."""


class BadInput(CountersignError):
    """Unusable input: what is wrong, where, and how to mend it."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what, where, mend)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} ({self.mend})" if self.mend else head


class NotFound(CountersignError):
    """No such record."""


class NotConfirmed(CountersignError):
    """What an approver typed for a call is wrong. `call_id` is empty when it is the code. `why` is for them alone."""

    def __init__(self, call_id: str, why: str) -> None:
        super().__init__(call_id, why)
        self.call_id = call_id
        self.why = why


class VersionConflict(CountersignError):
    """Somebody else saved first. Load again and decide again."""


class IllegalTransition(CountersignError):
    """The event does not fit. Nothing was changed."""

    def __init__(self, status: str, event: object) -> None:
        super().__init__(status, event)
        self.status = status
        self.event = event


class Unavailable(CountersignError):
    """A port did not answer. `retry_after` is in seconds."""

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.retry_after = retry_after


class StoreUnavailable(Unavailable):
    """Nothing was saved, or it is not known whether it was. `mend` is what an admin can do about it.

    `passes`: a bot that runs needs no more than that, it tries again.
    """

    def __init__(self, what: str, *, mend: str = "", passes: bool = False) -> None:
        super().__init__(what)
        self.mend = mend
        self.passes = passes

    @property
    def said(self) -> dict[str, str]:
        """What an alarm of a running bot says of it."""
        return {"what": self.what, "mend": f"{self.mend}; {GOES_ON}" if self.passes else self.mend}

    def __str__(self) -> str:
        return f"{self.what} ({self.mend})" if self.mend else self.what


class Unreadable(StoreUnavailable):
    """What is stored at `where` (table and row, or the file) is damaged: nothing is done with it until it is mended."""

    def __init__(self, where: str, why: str, *, mend: str = RESTORE) -> None:
        super().__init__(f"{where} cannot be read: {why}", mend=mend)
        self.args = (where, why)
        self.where = where

    @property
    def said(self) -> dict[str, str]:
        """What an alarm says of it."""
        return {"where": self.where, "what": self.what, "mend": self.mend}


class ChangedOutside(Unreadable):
    """Somebody else edited what is stored at `where`. Once what stood there before is back, everything goes on."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(where, why, mend=f"countersign audit verify names it; {RESTORE}")


class DirectoryUnavailable(Unavailable):
    """We do not know who somebody is, so nobody counts."""


class ClockDiffers(DirectoryUnavailable):
    """Our clock is far from the directory's: nobody can say what still holds. Nothing is saved by it."""


class ModelUnavailable(Unavailable):
    """The model could not be asked; nothing of the turn was kept."""


class SecretUnreadable(CountersignError):
    """A secret that was not encrypted to our key, or not for what it is said to be. Nobody can read it."""


class DeliveryFailed(CountersignError):
    """A message could not be shown. `code` is the surface's own error code; `sent` False: nothing left for it.

    `mend` says how it can be mended. `alarm`: the operator must do it, and until then the message is kept.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        sent: bool = True,
        mend: str = "",
        alarm: bool = False,
    ) -> None:
        super().__init__(code)
        self.sent = sent
        self.mend = mend
        self.alarm = alarm
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
