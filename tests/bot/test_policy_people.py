"""Rules that speak of who asks: the directory is asked, and its silence opens nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.errors import DirectoryUnavailable
from bot.models.call import CallStatus
from bot.models.people import Membership
from bot.models.policy import Ask, Policy, Requesters, Rule, RuleEffect
from bot.models.requirement import Clause, Effect, Risk
from tests.engine import Engine, a_policy
from tests.world import APPROVER, REQUESTER, SECOND, FakeDirectory, World, says, suspend, uses

Open: TypeAlias = Callable[[Policy], Awaitable[Engine]]


class HalfSilent(FakeDirectory):
    """Knows people, and answers nothing about the staff while the world is silent."""

    def _speak(self) -> None:
        """It speaks."""

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        if self.world.silent and group == "@staff":
            raise DirectoryUnavailable("silent")
        return await super().members(team, group, newer_than=newer_than)


STAFF = Requesters(groups=("@staff",))
FREE = Rule("staff", RuleEffect.ALLOW, tools=("google__*",), requesters=STAFF)
ONLY_STAFF = Rule("only staff", RuleEffect.DENY, except_requesters=STAFF)


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[Engine] = []

    async def open_engine(policy: Policy) -> Engine:
        world = World(script=[uses(suspend()), says("Finished.")])

        def wrap(name: str, port: Any) -> Any:
            return HalfSilent(world) if name == "Directory" else port

        opened.append(await Engine.open(tmp_path / f"{len(opened)}.sqlite3", world, policy, wrap))
        return opened[-1]

    yield open_engine
    for engine in opened:
        await engine.close()


async def status(engine: Engine) -> CallStatus:
    request_id = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return (await engine.record(request_id)).calls[0].status


@pytest.mark.parametrize(
    ("members", "silent", "expected"),
    [
        ((REQUESTER,), False, CallStatus.SUCCEEDED),
        ((APPROVER,), False, CallStatus.PENDING),
        (None, False, CallStatus.PENDING),
        ((REQUESTER,), True, CallStatus.PENDING),
    ],
)
async def test_a_rule_for_a_group_frees_its_members_only(
    engines: Open, members: tuple[str, ...] | None, silent: bool, expected: CallStatus
) -> None:
    engine = await engines(a_policy(FREE))
    if members is not None:
        engine.world.groups["@staff"] = members
    engine.world.silent = silent
    assert await status(engine) is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [((REQUESTER,), CallStatus.DENIED), ((APPROVER,), CallStatus.PENDING), (None, CallStatus.DENIED)],
)
async def test_a_rule_against_a_group_stops_everybody_while_there_is_no_such_group(
    engines: Open, members: tuple[str, ...] | None, expected: CallStatus
) -> None:
    engine = await engines(a_policy(Rule("not the staff", RuleEffect.DENY, requesters=STAFF)))
    if members is not None:
        engine.world.groups["@staff"] = members
    assert await status(engine) is expected


@pytest.mark.parametrize(
    ("members", "silent", "expected"),
    [
        ((REQUESTER,), False, CallStatus.PENDING),
        ((APPROVER,), False, CallStatus.DENIED),
        (None, False, CallStatus.DENIED),
        ((REQUESTER,), True, CallStatus.DENIED),
    ],
)
async def test_who_may_not_ask_is_refused(
    engines: Open, members: tuple[str, ...] | None, silent: bool, expected: CallStatus
) -> None:
    engine = await engines(a_policy(ONLY_STAFF))
    if members is not None:
        engine.world.groups["@staff"] = members
    engine.world.silent = silent
    assert await status(engine) is expected


async def test_who_left_the_group_meanwhile_is_refused_when_the_call_would_leave(engines: Open) -> None:
    engine = await engines(a_policy(ONLY_STAFF))
    engine.world.groups["@staff"] = (REQUESTER,)
    assert await status(engine) is CallStatus.PENDING
    engine.world.groups["@staff"] = (APPROVER,)
    await engine.click()
    await engine.run()
    assert engine.world.effects == []


async def test_while_the_directory_is_silent_an_approved_call_waits(engines: Open) -> None:
    engine = await engines(a_policy(ONLY_STAFF))
    engine.world.groups["@staff"] = (REQUESTER,)
    assert await status(engine) is CallStatus.PENDING
    engine.world.silent = True
    await engine.click()
    await engine.run()
    assert engine.world.effects == []
    engine.world.silent = False
    engine.world.clock.advance(minutes=2)
    await engine.run()
    assert len(engine.world.effects) == 1


async def test_a_mail_address_is_the_one_that_the_directory_confirms(engines: Open) -> None:
    mine, other = (Requesters(users=(f"{name}@example.com",)) for name in ("requester", "approver"))
    for who, expected in ((mine, CallStatus.SUCCEEDED), (other, CallStatus.PENDING)):
        engine = await engines(a_policy(replace(FREE, requesters=who)))
        assert await status(engine) is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"risks": (Risk.HIGH,)}, CallStatus.DENIED),
        ({"risks": (Risk.MEDIUM, Risk.LOW, Risk.CRITICAL)}, CallStatus.PENDING),
        ({"categories": ("user_account_access",)}, CallStatus.DENIED),
        ({"resource_prefixes": ("leaver@",)}, CallStatus.DENIED),
        ({"resource_prefixes": ("other@",)}, CallStatus.PENDING),
        ({"environments": ("prod",)}, CallStatus.PENDING),
        ({"min_amount": 5.0}, CallStatus.PENDING),
        ({"servers": ("google",), "effects": (Effect.WRITE,)}, CallStatus.DENIED),
        ({"requesters": Requesters(channels=("C-it",))}, CallStatus.DENIED),
        ({"requesters": Requesters(channels=("C-other",))}, CallStatus.PENDING),
    ],
)
async def test_a_proposed_call_carries_every_fact_that_rules_speak_of(
    engines: Open, fields: dict[str, object], expected: CallStatus
) -> None:
    engine = await engines(a_policy(replace(Rule("no", RuleEffect.DENY), **fields)))  # type: ignore[arg-type]
    assert await status(engine) is expected


@pytest.mark.parametrize(
    ("fields", "runs"),
    [
        ({"risks": (Risk.HIGH,)}, False),
        ({"risks": (Risk.LOW,)}, True),
        ({"categories": ("user_account_access",)}, False),
        ({"resource_prefixes": ("leaver@",)}, False),
        ({"resource_prefixes": ("other@",)}, True),
        ({"environments": ("prod",)}, True),
        ({"requesters": Requesters(channels=("C-it",))}, False),
        ({"requesters": Requesters(channels=("C-other",))}, True),
    ],
)
async def test_a_call_that_would_leave_is_judged_by_the_same_facts(
    engines: Open, fields: dict[str, object], runs: bool
) -> None:
    engine = await engines(a_policy())
    assert await status(engine) is CallStatus.PENDING
    await engine.store.publish(a_policy(replace(Rule("no", RuleEffect.DENY), **fields)))  # type: ignore[arg-type]
    await engine.click()
    await engine.run()
    assert bool(engine.world.effects) is runs


async def test_every_clause_and_the_total_must_be_met_before_the_call_leaves(engines: Open) -> None:
    clauses = (Clause(("@owners",)), Clause(("@it-admins",)))
    engine = await engines(a_policy(ask=Ask(clauses, 3, expires=14_400, execute_within=3600)))
    engine.world.groups |= {"@owners": ("U-owner", APPROVER), "@it-admins": (APPROVER, SECOND)}
    assert await status(engine) is CallStatus.PENDING
    for user in (APPROVER, SECOND):
        await engine.click(user=user)
        await engine.run()
        assert engine.world.effects == []
    await engine.click(user="U-owner")
    await engine.run()
    assert len(engine.world.effects) == 1
