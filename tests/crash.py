"""Crashes on purpose: every store write, send and ack is a point; a plan counts them and stops the process at one.

A method of a port or a use case that is not in REGISTER fails the build: say there what it is.
"""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot import ports, store_ports
from bot.services import Services


class Sort(StrEnum):
    """What a method does. All but READ are points before and after which the process may end."""

    WRITE = "write"
    """It changes the store."""
    SEND = "send"
    """It asks or tells somebody outside."""
    ACK = "ack"
    """A use case: the surface acknowledges the input when it returns."""
    READ = "read"
    """It changes nothing anywhere."""


def _sorted(**names: str) -> Mapping[str, Sort]:
    return MappingProxyType({name: Sort(sort) for sort, text in names.items() for name in text.split()})


REGISTER: Mapping[str, Mapping[str, Sort]] = MappingProxyType(
    {
        "RequestStore": _sorted(
            write="receive save append",
            read="load inbox find_approval card_rows call open_in_thread open_requests find_open_call attached audit "
            "used",
        ),
        "WorkQueue": _sorted(write="claim renew release wake", read="next_due changes"),
        "OutboxStore": _sorted(write="claim_rows shown not_shown show_again", read="rows"),
        "ThreadStore": _sorted(write="remember set_backfilled", read="thread is_backfilled"),
        "ConfigStore": _sorted(write="publish save_tools", read="policy tools"),
        "ServerStore": _sorted(write="publish_servers see accept set_disabled", read="servers"),
        "Store": _sorted(),
        "Directory": _sorted(send="person members"),
        "History": _sorted(send="replies"),
        "Model": _sorted(send="turn"),
        "Toolbox": _sorted(send="tools call"),
        "Notifier": _sorted(send="show"),
        "Workflow": _sorted(send="start wake"),
        "CodeSecrets": _sorted(read="secret"),
        "CodeStore": _sorted(write="take_code"),
        "Clock": _sorted(read="now"),
        "Services": _sorted(ack="receive reply vote withdraw verdict", read="details may_decide"),
    }
)


def protocols() -> Mapping[str, type]:
    """Every port that the core has."""
    found = [cls for module in (ports, store_ports) for _, cls in inspect.getmembers(module, inspect.isclass)]
    return {cls.__name__: cls for cls in found if getattr(cls, "_is_protocol", False) and cls.__module__ != "typing"}


def declared() -> Mapping[str, frozenset[str]]:
    """The methods that each port and the bundle of use cases declare by themselves."""
    own = {name: frozenset(one for one in vars(cls) if not one.startswith("_")) for name, cls in protocols().items()}
    return own | {"Services": frozenset(one.name for one in fields(Services))}


def sort_of(port: str, method: str) -> Sort:
    """What a method of a port does, inherited ones included. AssertionError: nobody has said so."""
    cls = protocols().get(port)
    for name in [one.__name__ for one in cls.__mro__] if cls else [port]:
        if method in REGISTER.get(name, {}):
            return REGISTER[name][method]
    raise AssertionError(f"{port}.{method} is no registered crash point: say in tests/crash.py what it does")


SORTS = MappingProxyType(
    {
        (port, method): sort_of(port, method)
        for port, cls in {**protocols(), "Services": Services}.items()
        for method in dir(cls)
        if not method.startswith("_")
    }
    | {("Services", method): sort for method, sort in REGISTER["Services"].items()}
)


def _key(given: Any) -> str:
    """What tells a redelivery: the same input has the same key."""
    key: str = given.keys[0] if hasattr(given, "keys") else given.key
    return key


class Crash(BaseException):
    """The process is gone. Nothing in the code under test may catch it."""


def nobody(_name: str) -> None:
    """Takes no notice."""


@dataclass
class FaultPlan:
    """Ends the process at the point with number `at`, counted from 0. `notice` hears of each point as it is passed.

    Once the process has ended, whatever task of it still runs ends at its next point as well.
    """

    at: int | None = None
    notice: Callable[[str], None] = nobody
    seen: list[str] = field(default_factory=list)
    gone: bool = False

    def point(self, name: str) -> None:
        """One place where the process may end."""
        if self.gone:
            raise Crash(name)
        self.seen.append(name)
        self.notice(name)
        if len(self.seen) - 1 == self.at:
            self.gone = True
            raise Crash(name)


@dataclass(frozen=True)
class Crashing:
    """A port with a point before and after whatever is registered for it.

    `heard` is the surface taking an ack: it gets the name of the use case and the key of the input.
    """

    name: str
    port: Any
    plan: FaultPlan
    heard: Callable[[str], None]

    def __getattr__(self, method: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        inner: Callable[..., Coroutine[Any, Any, Any]] = getattr(self.port, method)
        sort = SORTS.get((self.name, method))
        assert sort, f"{self.name}.{method} is no registered crash point: say in tests/crash.py what it does"
        if sort is Sort.READ:
            return inner
        return self._acknowledged(method, inner) if sort is Sort.ACK else self._pointed(method, inner)

    def _pointed(self, method: str, inner: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*args: Any, **named: Any) -> Any:
            self.plan.point(f"{self.name}.{method}:before")
            result = await inner(*args, **named)
            self.plan.point(f"{self.name}.{method}:after")
            return result

        return call

    def _acknowledged(self, method: str, inner: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
        """The points are around the ack: the use case has returned, then the surface has been told."""

        async def call(*args: Any, **named: Any) -> Any:
            result = await inner(*args, **named)
            self.plan.point(f"ack.{method}:before")
            self.heard(f"{method} {_key(args[0])}")
            self.plan.point(f"ack.{method}:after")
            return result

        return call
