"""A second policy beside the one in force: its differences are written down, and nothing else is as it was not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.models.policy import Policy, Requesters, Rule, RuleEffect
from bot.models.requirement import Clause
from tests.engine import ASK, Engine, a_policy
from tests.world import World, says, suspend, uses

FREE = Rule("free", RuleEffect.ALLOW, tools=("google__*",), even_if_tainted=True)
FREEZE = Rule("freeze", RuleEffect.DENY, tools=("google__suspend_user",))
TWICE = Rule("two", RuleEffect.ASK, ask=replace(ASK, clauses=(Clause(("@it-admins",), (), 2),), total=2))
STAFF = Rule("staff", RuleEffect.DENY, except_requesters=Requesters(groups=("@staff",)))
SMALL = (a_policy(), a_policy(FREE), a_policy(FREEZE), a_policy(TWICE), a_policy(FREE, STAFF))
BROKEN = a_policy(Rule("broken", RuleEffect.DENY, arguments=(None,)))  # type: ignore[arg-type]


async def told(path: Path, live: Policy, shadow: Policy | None, **world: Any) -> tuple[object, list[dict[str, Any]]]:
    """Everything that came of a request but its trail, and what the shadow said otherwise."""
    at = World(script=[uses(suspend()), says("Finished.")], **world)
    engine = await Engine.open(path, at, live, shadow=shadow)
    try:
        request = await engine.mention("suspend leaver@example.com")
        await engine.run()
        if await engine.approvals():
            await engine.click()
            await engine.run()
        record = await engine.record(request)
        events = await engine.store.audit(request)
    finally:
        await engine.close()
    plain = replace(record.request, audit_seq=0, audit_hash="")
    noted = [json.loads(event.detail) for event in events if event.kind == "policy.shadow"]
    trail = [(event.kind, event.actor, event.at) for event in events if event.kind != "policy.shadow"]
    posted = [(row.id, row.wanted, text) for row, text in at.messages.values()]
    return (replace(record, request=plain), at.effects, posted, trail), noted


async def test_nothing_comes_out_otherwise_whatever_the_shadow_says(tmp_path: Path) -> None:
    for number, live in enumerate(SMALL):
        alone, noted = await told(tmp_path / f"{number}.sqlite3", live, None)
        assert noted == []
        for other, shadow in enumerate((*SMALL, BROKEN)):
            beside, noted = await told(tmp_path / f"{number}-{other}.sqlite3", live, shadow)
            assert beside == alone, (live, shadow)
            assert bool(noted) == (number != other and {number, other} != {2, 4}), (live, shadow)


@pytest.mark.parametrize(
    ("shadow", "said"),
    [
        (a_policy(FREE), [("ask", "allow", ["free"], ""), ("ask", "allow", ["free"], "")]),
        (a_policy(FREEZE), [("ask", "deny", ["freeze"], ""), ("ask", "deny", ["freeze"], "")]),
        (a_policy(TWICE), [("ask", "ask", ["two"], "2 of @it-admins")] * 2),
        (a_policy(), []),
        (BROKEN, [("ask", "error", [], ""), ("ask", "error", [], "")]),
    ],
)
async def test_a_difference_is_noted_when_it_is_asked_for_and_when_it_is_to_leave(
    tmp_path: Path, shadow: Policy, said: list[tuple[Any, ...]]
) -> None:
    _, noted = await told(tmp_path / "s.sqlite3", a_policy(), shadow)
    assert [(one["live"], one["shadow"], one["rules"], one["asks"]) for one in noted] == said
    assert [one["status"] for one in noted] == ["proposed", "approved"][: len(said)]


async def test_the_people_whom_the_shadow_speaks_of_are_looked_up_for_it(tmp_path: Path) -> None:
    groups = {"@it-admins": ("U-approver",), "@staff": ("U-requester",)}
    _, noted = await told(tmp_path / "s.sqlite3", a_policy(FREE), a_policy(FREE, STAFF), groups=groups)
    assert noted == []
