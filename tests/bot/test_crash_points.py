"""No write, send or ack is left out: whatever a port or the use cases can do is registered, and some script does it."""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import bot
from bot.core import Core
from bot.store_ports import Store
from tests.crash import REGISTER, SORTS, Crashing, FaultPlan, Sort, declared, nobody, protocols
from tests.crash_life import beginning, life_of
from tests.crash_scripts import SCRIPTS

POINTED = ("Store", "Directory", "History", "Model", "Toolbox", "Notifier", "Workflow")
NEVER_PASSED = {
    "Store.renew": "the heartbeat of a step of more than ten seconds; the soak stops processes for as long",
    "Store.wake": "no step of the core asks for it by itself: a change wakes other requests in its own transaction",
    "Store.see": "the toolbox behind its port writes it, in one transaction; the next listing writes it again",
    "Store.accept": "a command of the operator, in a process of its own",
    "Store.set_disabled": "a command of the operator, in a process of its own",
    "Store.publish_servers": "a command of the operator, in a process of its own",
    "Store.show_again": "asked for when somebody has edited the store; it changes only when messages are due",
}


def test_every_method_of_every_port_and_every_use_case_says_what_it_does() -> None:
    assert declared() == {port: frozenset(methods) for port, methods in REGISTER.items()}


def test_no_port_is_declared_elsewhere() -> None:
    found = set()
    for module in pkgutil.iter_modules(bot.__path__, "bot."):
        if not module.ispkg:
            members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
            found |= {name for name, cls in members if getattr(cls, "_is_protocol", False) and name != "Protocol"}
    assert found == set(protocols())


def test_the_core_and_its_pump_meet_only_wrapped_ports() -> None:
    families = {base.__name__ for base in Store.__mro__}
    assert {name for name, sorts in REGISTER.items() if set(sorts.values()) - {Sort.READ}} - families - {
        "Services"
    } == set(POINTED) - {"Store"}
    plain = {
        "budgets",
        "operator",
        "clock",
        "new_id",
        "unsaved",
        "code_secrets",
        "shadow",
        "private",
    }  # private: the Toolbox once more
    assert {one.name for one in dataclasses.fields(Core)} - plain == {name.lower() for name in POINTED} - {
        "notifier",
        "workflow",
    }


async def test_some_script_passes_every_point() -> None:
    passed: set[str] = set()
    for script in SCRIPTS:
        async with life_of(script, await beginning(script)) as life:
            await life.play()
        passed |= set(life.plan.seen)
    registered = {
        f"{'ack' if sort is Sort.ACK else port}.{method}:{side}"
        for (port, method), sort in SORTS.items()
        for side in ("before", "after")
        if sort is not Sort.READ and port in (*POINTED, "Services")
    }
    assert registered - passed == {f"{name}:{side}" for name in NEVER_PASSED for side in ("before", "after")}
    assert passed <= registered


async def test_what_nobody_registered_cannot_be_called() -> None:
    class Larger:
        async def erase(self) -> None:
            """A write of tomorrow."""

    port: Any = Crashing("Store", Larger(), FaultPlan(), nobody)
    with pytest.raises(AssertionError, match=r"Store\.erase is no registered crash point"):
        await port.erase()
