"""The machine's clock as everybody else sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.wiring.system import SystemClock
from tests.factories import NOW

HOUR = timedelta(hours=1)


@dataclass
class Machine:
    """A clock on the wall that can be set, and a stopwatch that cannot."""

    wall: datetime = NOW
    watch: float = 0.0

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.watch)

    def passes(self, **parts: float) -> None:
        self.wall += timedelta(**parts)
        self.watch += timedelta(**parts).total_seconds()


def test_it_is_the_machines_time() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passes(minutes=5)
    assert clock.now() == NOW + timedelta(minutes=5)
    machine.wall += HOUR
    assert clock.now() == machine.wall, "set forward, it follows at once"


def test_it_never_runs_backwards_and_catches_up_slowly(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= HOUR
    assert clock.now() == NOW
    machine.passes(hours=1)
    assert clock.now() == NOW + timedelta(minutes=54)
    machine.passes(hours=8.5)
    assert clock.now() > machine.wall
    machine.passes(hours=1)
    assert clock.now() == machine.wall
    (alarm,) = caplog.records
    assert (alarm.levelname, alarm.getMessage()) == ("ERROR", "clock.set_back")
    assert vars(alarm)["what"] == "the machine's clock was set back by 3600 s"
    assert "NTP" in vars(alarm)["mend"]


def test_it_says_so_again_when_it_happens_again(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(2):
        machine.wall -= HOUR
        clock.now()
        machine.passes(hours=11)
        clock.now()
    assert len(caplog.records) == 2


def test_a_small_correction_is_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= timedelta(milliseconds=300)
    assert clock.now() == NOW
    assert caplog.records == []
