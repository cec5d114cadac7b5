"""One step for every status, and every failure becomes the right kind of waiting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.budgets import Budgets
from bot.errors import DirectoryUnavailable, ModelUnavailable, StoreUnavailable, Unavailable, VersionConflict
from bot.models.request import CLOSED, RequestStatus
from bot.stepping import Park
from bot.steps import PATIENCE, STEPS, advance, drive
from tests.engine import Engine
from tests.hostile import rewritten
from tests.world import FakeDirectory, World, says, suspend, uses

TWENTY = timedelta(seconds=20)


@dataclass(frozen=True)
class Failing:
    """Any port: one method fails, the others work."""

    port: Any
    method: str
    error: Exception

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name == self.method:
            return self._fail
        found: Callable[..., Any] = getattr(self.port, name)
        return found

    async def _fail(self, *args: Any, **fields: Any) -> Any:
        raise self.error


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend()), says("Suspended.")])


async def failing(engine: Engine, port: str, method: str, error: Exception) -> Park:
    """What the request is told when that port fails."""
    request = await engine.mention("suspend them")
    broken: Any = {port: Failing(getattr(engine.core, port), method, error)}
    return await drive(replace(engine.core, **broken), request)


def test_every_status_has_a_step() -> None:
    assert set(STEPS) == set(RequestStatus)


@pytest.mark.parametrize("status", sorted(CLOSED))
async def test_a_closed_request_waits_for_nothing(engine: Engine, status: RequestStatus) -> None:
    request = await engine.mention("suspend them")
    record = await engine.record(request)
    await engine.store.save(rewritten(record, replace(record.request, status=status)))
    assert await advance(engine.core, request) == Park(None)
    assert engine.world.prompts == []


@pytest.mark.parametrize(
    ("port", "method", "error", "wait"),
    [
        ("model", "turn", ModelUnavailable("throttled"), PATIENCE),
        ("model", "turn", ModelUnavailable("throttled", retry_after=20), TWENTY),
        ("directory", "person", DirectoryUnavailable("silent"), PATIENCE),
        ("directory", "person", DirectoryUnavailable("silent", retry_after=20), TWENTY),
        ("toolbox", "tools", Unavailable("starting"), PATIENCE),
        ("store", "save", VersionConflict("somebody was faster"), timedelta(0)),
        ("toolbox", "tools", ZeroDivisionError(), PATIENCE),
    ],
)
async def test_a_port_that_fails_is_asked_again_later(
    engine: Engine, port: str, method: str, error: Exception, wait: timedelta
) -> None:
    assert await failing(engine, port, method, error) == Park(engine.world.clock.now() + wait)


@pytest.mark.parametrize("method", ["load", "inbox", "save", "policy", "save_tools", "find_open_call"])
async def test_a_store_that_fails_is_told_to_the_workflow(engine: Engine, method: str) -> None:
    with pytest.raises(StoreUnavailable):
        await failing(engine, "store", method, StoreUnavailable("disk full"))
    assert engine.world.effects == []


async def test_a_silent_directory_leaves_the_votes_where_they_are(engine: Engine, world: World) -> None:
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    core = replace(engine.core, directory=Failing(FakeDirectory(world), "person", DirectoryUnavailable("silent")))
    for _ in range(2 * Budgets().step_failures):
        await drive(core, request)
    assert (len(await engine.store.inbox(request)), world.effects) == (1, [])
    await engine.run()
    assert len(world.effects) == 1


async def test_waits_grow_with_every_failure_until_the_request_fails(engine: Engine, world: World) -> None:
    request = await engine.mention("suspend them")
    core = replace(engine.core, model=Failing(None, "turn", ModelUnavailable("throttled")))
    most = Budgets().step_failures
    parks = [await drive(core, request) for _ in range(most)]
    assert parks == [*(Park(world.clock.now() + PATIENCE * n) for n in range(1, most)), Park(world.clock.now())]
    assert (await engine.record(request)).request.status is RequestStatus.FAILED


async def test_a_model_turn_that_came_forgets_the_failures_before(engine: Engine) -> None:
    request = await engine.mention("suspend them")
    away = replace(engine.core, model=Failing(None, "turn", ModelUnavailable("throttled")))
    await drive(away, request)
    assert (await engine.record(request)).request.failures == 1
    await engine.run()
    assert (await engine.record(request)).request.failures == 0


async def test_a_failure_that_could_not_be_counted_is_looked_at_again(engine: Engine) -> None:
    request = await engine.mention("suspend them")
    core = replace(engine.core, model=Failing(None, "turn", ModelUnavailable("throttled")))
    core = replace(core, store=Failing(core.store, "save", VersionConflict("somebody was faster")))
    assert await drive(core, request) == Park(engine.world.clock.now())


async def test_a_click_that_breaks_on_a_closed_request_is_left_alone(engine: Engine) -> None:
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click(yes=False)
    await engine.run()
    await engine.click()
    core = replace(engine.core, store=Failing(engine.core.store, "inbox", ZeroDivisionError()))
    for _ in range(2 * Budgets().step_failures):
        assert await drive(core, request) == Park(None)
    assert (await engine.record(request)).request.status is RequestStatus.DONE
