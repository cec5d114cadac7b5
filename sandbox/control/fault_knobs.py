"""/sandbox/...: what goes wrong on purpose with Slack: its methods, its deliveries, its sockets, its time."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from aiohttp import web

from sandbox.control.body import read_body
from sandbox.payload import Json
from sandbox.slack.contract import errors_of, method
from sandbox.slack.faults import DeliveryFaults, Fault
from sandbox.slack.link import REASONS
from sandbox.slack.people import Refused
from sandbox.slack.service import Slack

WEEK = timedelta(days=7).total_seconds()
MOST = 1_000_000


def between(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


COUNT = between(0, MOST)
FAULT: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "error": (lambda value: isinstance(value, str), "an error of Slack's"),
    "status": (between(400, 599), "an HTTP status from 400 to 599"),
    "retry_after": (COUNT, "a number of seconds"),
    "latency_ms": (COUNT, "a number of milliseconds"),
    "times": (between(1, MOST), "a number of calls"),
    "after_effect": (is_flag, "true or false"),
    "drop": (is_flag, "true or false"),
}
DELIVER: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "drop_acks": (COUNT, "a number of acks"),
    "duplicate": (COUNT, "a number of events"),
    "delay_ms": (COUNT, "a number of milliseconds"),
    "delay_acks_ms": (COUNT, "a number of milliseconds"),
}


@dataclass(frozen=True, slots=True)
class FaultKnobs:
    """The routes that make Slack fail."""

    slack: Slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/faults", self.faults),
            web.put("/sandbox/faults", self.set_faults),
            web.post("/sandbox/disconnect", self.disconnect),
            web.post("/sandbox/cut", self.cut),
            web.put("/sandbox/refresh", self.refresh),
            web.put("/sandbox/no_socket", self.no_socket),
            web.post("/sandbox/clock", self.clock),
        ]

    async def faults(self, _request: web.Request) -> web.Response:
        faults = self.slack.faults
        shown: Json = {name: asdict(fault) for name, fault in faults.methods.items()}
        return web.json_response(shown | {"deliver": asdict(faults.deliver)})

    async def set_faults(self, request: web.Request) -> web.Response:
        """Replaces all faults. Every error must be one that Slack lists for its method."""
        wanted = (await read_body(request)).values
        deliver = checked("deliver", wanted.pop("deliver", {}), DELIVER)
        methods = {name: Fault(**checked(name, knobs, FAULT)) for name, knobs in wanted.items()}
        for name, fault in methods.items():
            require_real(name, fault)
        faults = self.slack.faults
        faults.methods = methods
        for knob in fields(DeliveryFaults):
            setattr(faults.deliver, knob.name, deliver.get(knob.name, 0))
        self.slack.log.append("fault", "Faults set", {**wanted, "deliver": deliver})
        return await self.faults(request)

    async def disconnect(self, request: web.Request) -> web.Response:
        """Every socket hears that reason, and is closed 10 seconds later."""
        reason = (await read_body(request)).text("reason", "refresh_requested")
        if reason not in REASONS:
            raise Refused("invalid_arguments", f"reason must be one of {', '.join(REASONS)}", 400)
        connections = self.slack.link.connections
        await self.slack.link.disconnect(reason)
        return web.json_response({"connections": connections})

    async def cut(self, _request: web.Request) -> web.Response:
        """Every socket ends without a word."""
        connections = self.slack.link.connections
        self.slack.link.cut()
        return web.json_response({"connections": connections})

    async def refresh(self, request: web.Request) -> web.Response:
        """`{every: seconds}`: all sockets are asked to reconnect again and again; 0 ends it."""
        every = (await read_body(request)).seconds("every", WEEK)
        self.slack.link.refresh_every(every)
        return web.json_response({"every": every})

    async def no_socket(self, request: web.Request) -> web.Response:
        """`{seconds}`: every socket is cut, and for that time none is taken; 0 opens again."""
        seconds = (await read_body(request)).seconds("seconds", WEEK)
        self.slack.link.close_for(seconds)
        return web.json_response({"seconds": seconds})

    async def clock(self, request: web.Request) -> web.Response:
        """`{advance: seconds}`: Slack's time jumps forward, here and nowhere else."""
        self.slack.clock.advance((await read_body(request)).seconds("advance", WEEK))
        return web.json_response({"now": self.slack.clock.now().isoformat()})


def checked(name: str, knobs: Any, known: Mapping[str, tuple[Callable[[Any], bool], str]]) -> Json:
    """The knobs of one entry; null counts as absent. Raises Refused (400) for what is unknown or of a wrong kind."""
    if not isinstance(knobs, dict) or not knobs.keys() <= known.keys():
        raise Refused("invalid_arguments", f"{name} takes {', '.join(sorted(known))}", 400)
    given = {knob: value for knob, value in knobs.items() if value is not None}
    for knob, value in given.items():
        fits, what = known[knob]
        if not fits(value):
            raise Refused("invalid_arguments", f"{knob} of {name} must be {what}", 400)
    return given


def require_real(name: str, fault: Fault) -> None:
    """Raises Refused (400) for a method the stand-in lacks, or an error Slack does not list for it."""
    if name != "*" and method(name) is None:
        raise Refused("unknown_method", f"the stand-in has no method {name}", 400)
    if fault.error is not None and fault.error not in errors_of(name):
        raise Refused("unknown_error", f"Slack lists no error {fault.error} for {name}", 400)
