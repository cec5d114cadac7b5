"""Outcomes of calls that the store did not take when they came: kept in memory until it does."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.call_states import Finished
from bot.models.sealed import Sealed

log = logging.getLogger(__name__)

MOST = 100
"""So many are kept, the newest; who lost theirs is asked, as after a crash."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The outcome of one attempt. `reference` is the provider's id of it, `sealed` what it made for the requester."""

    request_id: str
    call_id: str
    outcome: Finished
    reference: str
    sealed: tuple[Sealed, ...] = ()


@dataclass(slots=True)
class UnsavedOutcomes:
    """What this process knows and nobody else does. An attempt has one outcome."""

    _kept: dict[str, Unsaved] = field(default_factory=dict)

    @property
    def requests(self) -> tuple[str, ...]:
        """The requests that wait for one, each once."""
        return tuple(dict.fromkeys(one.request_id for one in self._kept.values()))

    def of(self, request_id: str) -> Iterable[Unsaved]:
        """Those of one request, oldest first."""
        return tuple(one for one in self._kept.values() if one.request_id == request_id)

    def keep(self, one: Unsaved) -> None:
        """Says so in the log, since an admin has to make room."""
        log.error("outcome.not_saved", extra={"request": one.request_id, "call": one.call_id})
        self._kept[one.outcome.attempt_id] = one
        for attempt_id in tuple(self._kept)[:-MOST]:
            del self._kept[attempt_id]

    def drop(self, one: Unsaved) -> None:
        """It is saved, or the attempt was ended otherwise."""
        self._kept.pop(one.outcome.attempt_id, None)
