"""The step log."""

from datetime import UTC, datetime

from sandbox.clock import SettableClock
from sandbox.steps import KEPT, Step, StepLog

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_steps_are_numbered_dated_and_told() -> None:
    log, heard = StepLog(SettableClock(NOON)), list[Step]()
    log.listen(heard.append)
    first = log.append("api", "auth.test → ok", {"ok": True}, 1.26)
    second = log.append("ack", "Acknowledged")
    assert heard == [first, second]
    assert first.to_dict() == {
        "n": 1,
        "at": "2026-11-02T12:00:00.000+00:00",
        "kind": "api",
        "title": "auth.test → ok",
        "detail": {"ok": True},
        "ms": 1.3,
    }
    assert log.after(1) == [second]


def test_the_oldest_steps_are_forgotten() -> None:
    log = StepLog(SettableClock(NOON))
    for _ in range(KEPT + 5):
        log.append("api", "x")
    kept = log.after(0)
    assert (len(kept), kept[0].n, kept[-1].n) == (KEPT, 6, KEPT + 5)
