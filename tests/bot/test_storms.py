"""Two engines, one store, and everything that can happen at once: one decision, at most one execution, none unjust."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.claiming import Claimable
from bot.errors import CountersignError
from bot.models.call import CallStatus
from tests.factories import LATER, NOW, a_call, a_requirement, a_vote
from tests.storm import ACTS, Aftermath, Start, storm
from tests.storm_facts import During, unjust
from tests.world import APPROVER, OUTSIDER

S = CallStatus
PARTS, EACH = 4, 150
"""The soak plays 10,000."""


async def aftermaths(seeds: Sequence[int]) -> list[Aftermath]:
    start = await Start.make()
    return [await storm(start, seed) for seed in seeds]


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_order_of_events_runs_anything_twice_or_unjustly(part: int) -> None:
    found = await aftermaths(range(part * EACH, (part + 1) * EACH))
    assert [one.told() for one in found if one.wrong] == []
    ends = Counter(call.status for one in found for call in one.record.calls)
    assert set(ends) >= {S.SUCCEEDED, S.DENIED, S.EXPIRED, S.WITHDRAWN, S.REVOKED}
    assert {act for one in found for act in one.acts} == set(ACTS)


async def test_the_same_seed_is_the_same_story() -> None:
    first, again, other = [(await aftermaths([seed]))[0] for seed in (7, 7, 8)]
    assert (first.log, first.record) == (again.log, again.record)
    assert first.log != other.log


async def test_what_went_wrong_names_its_seed_and_its_schedule() -> None:
    [found] = await aftermaths([3])
    told = Aftermath(found.seed, found.acts, found.record, ["it broke"], found.log).told()
    assert told.startswith("seed 3 (")
    assert "it broke" in told
    assert all(line in told for line in found.log)


async def _lets_all_pass(*_: object) -> Claimable:
    return Claimable()


def _forgets(*_: object) -> str:
    return ""


async def is_found(*what: str, seeds: int = 200) -> bool:
    """Whether some storm is said to have gone wrong in one of these ways, or broke with such words."""
    start = await Start.make()
    for seed in range(seeds):
        try:
            found = (await storm(start, seed)).wrong
        except CountersignError as broke:
            found = [str(broke)]
        if any(words in wrong for wrong in found for words in what):
            return True
    return False


async def test_without_the_last_look_calls_leave_that_should_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.executor.claim", _lets_all_pass)
    assert await is_found("people; the policy forbids")


def test_the_witness_says_why_a_call_should_not_have_left() -> None:
    call = a_call(status=S.STARTED, votes=(a_vote(user=APPROVER),), requirement=a_requirement(execute_by=LATER))
    fair = During({"one"}, set(), withdrawn=False, at=NOW)
    assert unjust(call, fair) == []
    assert unjust(replace(call, status=S.DENIED), fair) == ["it left while it was denied"]
    assert unjust(call, replace(fair, withdrawn=True)) == ["it left after the requester had withdrawn"]
    assert unjust(call, replace(fair, at=LATER)) == ["it left after its time"]
    assert unjust(call, replace(fair, removed={APPROVER})) == ["it left with 0 of 1 people; the policy one"]
    assert unjust(call, replace(fair, policies={"two"})) == ["it left with 1 of 2 people; the policy two"]
    assert unjust(replace(call, votes=(a_vote(user=OUTSIDER),)), fair) == ["it left with 0 of 1 people; the policy one"]


async def test_without_the_version_check_calls_run_twice_or_records_break(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = "bot.adapters.sqlite_changes"
    unconditional = "UPDATE requests SET version = ?, is_open = ?, body = ? WHERE id = ? AND ? IS NOT NULL"
    monkeypatch.setattr(f"{changes}.UPDATE", unconditional)
    monkeypatch.setattr(f"{changes}.AUDIT", "INSERT OR REPLACE INTO audit (request_id, number, body) VALUES (?, ?, ?)")
    assert await is_found("ran 2 times", "it is not what was saved last")


async def test_when_a_withdrawal_stops_nothing_calls_leave_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbox.withdraw", _forgets)
    assert await is_found("it left after the requester had withdrawn")


async def test_when_clicks_are_thrown_away_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(*_: object) -> str:
        return ""

    monkeypatch.setattr("bot.inbox._vote", deaf)
    assert await is_found("had no effect and no answer")
