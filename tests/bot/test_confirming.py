"""What an approver types is checked before a vote is stored; a vote without it does not count."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyotp
import pytest

from bot import confirming
from bot.adapters.sqlite_store import SqliteStore
from bot.call_states import RequirementLost
from bot.claiming import UNCONFIRMED, Claimable, claim
from bot.confirming import generator, step_of
from bot.errors import BadInput, NotConfirmed, Unavailable
from bot.inbox import take_in
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Ask, Rule, RuleEffect
from bot.models.requirement import Confirm
from tests.engine import ASK, Engine, a_policy
from tests.factories import NOW
from tests.world import APPROVER, SECOND, World, says, suspend, uses

S = CallStatus
SECRET, OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
ASKED = replace(ASK, confirm=Confirm.DIALOG)
TYPED = replace(ASK, confirm=Confirm.TYPE_THE_TARGET)
CODED = replace(ASK, confirm=Confirm.TOTP)
TARGET = "leaver@example.com"


@dataclass
class Secrets:
    """Who was enrolled; `broken` is a file that cannot be read."""

    known: dict[str, str] = field(default_factory=lambda: {APPROVER: SECRET, SECOND: OTHER})
    broken: bool = False

    async def secret(self, user: str) -> str | None:
        if self.broken:
            raise Unavailable("the file cannot be used")
        return self.known.get(user)


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
async def engine(tmp_path: Path, world: World, secrets: Secrets) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    engine.core = replace(engine.core, code_secrets=secrets)
    engine.services = replace(engine.orchestrator, core=engine.core).services()
    yield engine
    await engine.close()


async def asked(engine: Engine, ask: Ask) -> str:
    await engine.store.publish(a_policy(ask=ask))
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def call_ids(engine: Engine, request: str) -> list[str]:
    return [call.id for call in (await engine.record(request)).calls]


def code_at(world: World, secret: str = SECRET, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(world.clock.now().timestamp()) + 30 * steps)


async def refused(engine: Engine, **fields: Any) -> NotConfirmed:
    with pytest.raises(NotConfirmed) as wrong:
        await engine.click(**fields)
    return wrong.value


async def test_who_types_the_target_approves_and_the_vote_says_so(engine: Engine, world: World) -> None:
    request = await asked(engine, TYPED)
    [call_id] = await call_ids(engine, request)
    await engine.click(typed=((call_id, f" {TARGET}\n"),))
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, call.votes[0].confirmed) == (S.SUCCEEDED, Confirm.TYPE_THE_TARGET)
    assert len(world.effects) == 1


@pytest.mark.parametrize("text", ["", "leaver@example.co", "Leaver@example.com", "leaver", f"{TARGET} please"])
async def test_what_is_not_the_target_is_refused_in_the_form_and_is_no_vote(engine: Engine, text: str) -> None:
    request = await asked(engine, TYPED)
    [call_id] = await call_ids(engine, request)
    wrong = await refused(engine, typed=((call_id, text),))
    assert (wrong.call_id, wrong.why) == (call_id, "This is not it. Type exactly: the value of user_key.")
    assert await engine.store.inbox(request) == ()


async def test_codes_that_nobody_was_enrolled_for_are_refused_at_once(
    engine: Engine, secrets: Secrets, world: World
) -> None:
    secrets.known = {"U-somebody": SECRET}
    request = await asked(engine, CODED)
    [call] = (await engine.record(request)).calls
    assert (call.status, call.rules[-1]) == (S.DENIED, "nobody can approve")
    assert "it needs a one-time code, and none of 2 approver(s) has any" in call.reason


@pytest.mark.parametrize("one", [{"broken": True}, {"known": {SECOND: OTHER}}], ids=["silent", "one of them"])
async def test_where_somebody_may_have_a_code_it_waits(engine: Engine, secrets: Secrets, one: dict[str, Any]) -> None:
    for name, value in one.items():
        setattr(secrets, name, value)
    request = await asked(engine, CODED)
    assert [call.status for call in (await engine.record(request)).calls] == [S.PENDING]


async def test_what_was_typed_for_another_row_says_nothing_of_this_one(engine: Engine, world: World) -> None:
    world.script[0] = uses(suspend(), suspend("other@example.com"))
    request = await asked(engine, TYPED)
    first, second = await call_ids(engine, request)
    assert (await refused(engine, typed=((first, TARGET),))).call_id == second
    await engine.click(typed=((first, TARGET), (second, "other@example.com")))
    await engine.run()
    assert len(world.effects) == 2


@pytest.mark.parametrize(
    ("ask", "how"), [(TYPED, "type what it is about"), (CODED, "enter a one-time code")], ids=["type", "code"]
)
async def test_a_click_alone_is_refused_in_private_with_how_to_do_it(
    engine: Engine, world: World, ask: Ask, how: str
) -> None:
    request = await asked(engine, ask)
    await engine.click()
    await engine.run()
    [(row, text)] = world.posts(Kind.PRIVATE)
    assert row.user == APPROVER
    assert "a click alone is not enough here" in text
    assert how in text
    [call] = (await engine.record(request)).calls
    assert (call.status, call.votes, world.effects) == (S.PENDING, (), [])


async def test_to_deny_a_click_is_enough(engine: Engine) -> None:
    request = await asked(engine, CODED)
    await engine.click(yes=False)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.DENIED]


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_code_of_now_or_of_the_step_beside_approves(engine: Engine, world: World, steps: int) -> None:
    request = await asked(engine, CODED)
    code = code_at(world, steps=steps)
    await engine.click(code=f"{code[:3]} {code[3:]}")
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, call.votes[0].confirmed) == (S.SUCCEEDED, Confirm.TOTP)
    said = "".join(event.detail for event in await engine.store.audit(request))
    assert '"confirmed": "totp"' in said or '"confirmed":"totp"' in said
    assert code not in said
    assert code not in str(await engine.record(request))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_code_of_another_time_is_wrong(engine: Engine, world: World, steps: int) -> None:
    await asked(engine, CODED)
    assert (await refused(engine, code=code_at(world, steps=steps))).why == confirming.WRONG


async def test_a_code_is_taken_once_for_each_person(engine: Engine, world: World, secrets: Secrets) -> None:
    await asked(engine, CODED)
    code = code_at(world)
    await engine.click(code=code, key="form-1")
    assert (await refused(engine, code=code, key="form-2")).why == confirming.USED
    secrets.known[SECOND] = SECRET
    await engine.click(user=SECOND, code=code, key="form-3")


async def test_the_same_form_sent_again_is_taken_again(engine: Engine, world: World) -> None:
    request = await asked(engine, CODED)
    for _ in range(2):
        await engine.click(code=code_at(world), key="form-1")
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert len(call.votes) == 1


async def test_a_taken_code_stays_taken_after_a_restart(engine: Engine, world: World, tmp_path: Path) -> None:
    await asked(engine, CODED)
    await engine.click(code=code_at(world), key="form-1")
    other = await SqliteStore.open(tmp_path / "store.sqlite3", world.clock)
    engine.services = replace(
        engine.orchestrator, core=replace(engine.core, store=other, code_secrets=Secrets())
    ).services()
    assert (await refused(engine, code=code_at(world), key="form-2")).why == confirming.USED
    await other.close()


async def test_five_wrong_codes_within_five_minutes_lock_that_person_for_ten(engine: Engine, world: World) -> None:
    await asked(engine, CODED)
    for minute in range(5):
        why = (await refused(engine, code="000000")).why
        assert why == (confirming.LOCKED if minute == 4 else confirming.WRONG)
        world.clock.advance(seconds=55)
    assert (await refused(engine, code=code_at(world))).why == confirming.LOCKED
    await engine.click(user=SECOND, code=code_at(world, OTHER))
    world.clock.advance(minutes=9)
    assert (await refused(engine, code=code_at(world))).why == confirming.LOCKED
    world.clock.advance(minutes=1)
    await engine.click(code=code_at(world))


async def test_wrong_codes_that_are_long_ago_do_not_lock(engine: Engine, world: World) -> None:
    await asked(engine, CODED)
    for _ in range(8):
        assert (await refused(engine, code="000000")).why == confirming.WRONG
        world.clock.advance(seconds=80)
    await engine.click(code=code_at(world))


async def test_somebody_without_codes_is_told_who_can_give_them_some(engine: Engine, secrets: Secrets) -> None:
    core = replace(engine.core, code_secrets=secrets, operator=replace(engine.core.operator, admins=("U-boss",)))
    engine.services = replace(engine.orchestrator, core=core).services()
    await asked(engine, CODED)
    secrets.known.clear()
    why = (await refused(engine, code="123456")).why
    assert why == "You have no one-time codes here yet. U-boss can give you some: countersign totp enroll U-approver"


@pytest.mark.parametrize("known", ["no base32 at all!", f"otpauth://hotp/x?secret={SECRET}&counter=1"])
async def test_a_secret_that_cannot_be_used_opens_nothing_and_is_not_shown(
    engine: Engine, secrets: Secrets, known: str
) -> None:
    secrets.known[APPROVER] = known
    await asked(engine, CODED)
    why = (await refused(engine, code="123456")).why
    assert why.startswith("One-time codes cannot be checked now")
    assert known not in why


async def test_a_file_that_cannot_be_read_opens_nothing(engine: Engine, world: World, secrets: Secrets) -> None:
    await asked(engine, CODED)
    secrets.broken = True
    assert "cannot be checked now" in (await refused(engine, code=code_at(world))).why


async def test_of_two_rules_the_stricter_confirmation_is_wanted(engine: Engine, world: World) -> None:
    rules = [Rule(name, RuleEffect.ASK, ask=ask) for name, ask in (("type", TYPED), ("code", CODED))]
    await engine.store.publish(a_policy(*rules))
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    [call_id] = await call_ids(engine, request)
    assert (await refused(engine, typed=((call_id, TARGET),))).call_id == ""
    await engine.click(code=code_at(world))
    await engine.run()
    assert len(world.effects) == 1


async def test_a_vote_without_a_code_does_not_count_once_policy_asks_for_one(engine: Engine, world: World) -> None:
    world.script = [uses(suspend(), ("google__unsuspend_user", '{"user_key":"b@example.com"}')), says("Finished.")]
    request = await asked(engine, ASK)
    first, second = await call_ids(engine, request)
    await engine.click(call_ids=(first,))
    await engine.run()
    await engine.store.publish(a_policy(ask=CODED))
    await engine.click(call_ids=(second,))
    await engine.run()
    call, _ = (await engine.record(request)).calls
    assert (call.status, world.effects) == (S.PENDING, [])
    assert [(vote.judgement.counts, vote.judgement.why) for vote in call.votes] == [(False, UNCONFIRMED)]
    assert "asks for more: 1 of @it-admins, with one-time codes." in call.reason
    await engine.click(call_ids=(first,), code=code_at(world))
    await engine.run()
    assert (await engine.record(request)).calls[0].votes[0].confirmed is Confirm.TOTP


async def test_a_click_without_the_question_does_not_count_once_policy_wants_one(engine: Engine, world: World) -> None:
    world.script = [uses(suspend(), ("google__unsuspend_user", '{"user_key":"b@example.com"}')), says("Finished.")]
    request = await asked(engine, ASK)
    first, second = await call_ids(engine, request)
    await engine.click(call_ids=(first,))
    await engine.run()
    await engine.store.publish(a_policy(ask=ASKED))
    await engine.click(call_ids=(second,))
    await engine.run()
    call, _ = (await engine.record(request)).calls
    assert (call.status, world.effects) == (S.PENDING, [])
    assert [(vote.judgement.counts, vote.judgement.why) for vote in call.votes] == [(False, UNCONFIRMED)]
    await engine.click(call_ids=(first,))
    await engine.run()
    assert "Press Approve on the card once more." in world.posts(Kind.PRIVATE)[-1][1]
    assert (await engine.record(request)).calls[0].status is S.PENDING
    await engine.click(call_ids=(first,), asked=True)
    await engine.run()
    assert (await engine.record(request)).calls[0].votes[-1].confirmed is Confirm.DIALOG
    assert len(world.effects) == 1


async def test_an_approval_without_the_code_that_was_wanted_does_not_leave(engine: Engine, world: World) -> None:
    """Whatever came to be stored: the claim reads how each vote was confirmed."""
    request = await asked(engine, CODED)
    await engine.click(code=code_at(world))
    record = await take_in(engine.core, await engine.record(request))
    [call] = record.calls
    tool = (await engine.store.tools(record.request.tools)).find(call.name)
    assert await claim(engine.core, record.request, call, tool) == Claimable()
    for less in (Confirm.NONE, Confirm.DIALOG, Confirm.TYPE_THE_TARGET):
        plain = replace(call, votes=tuple(replace(vote, confirmed=less) for vote in call.votes))
        stopped = await claim(engine.core, record.request, plain, tool)
        assert isinstance(stopped, RequirementLost)
        assert [vote.judgement.counts for vote in stopped.votes] == [False]


def test_a_secret_is_base32_or_an_address_of_thirty_second_codes() -> None:
    address = pyotp.TOTP(SECRET).provisioning_uri(name="alex", issuer_name="Countersign")
    assert (
        generator(address).at(NOW)
        == generator("jbsw y3dp-ehpk 3pxp jbsw y3dp ehpk 3pxp").at(NOW)
        == pyotp.TOTP(SECRET).at(NOW)
    )
    for wrong in ("", "1", f"otpauth://totp/a?secret={SECRET}&period=60", f"otpauth://hotp/a?secret={SECRET}"):
        with pytest.raises(BadInput) as refusal:
            generator(wrong)
        assert SECRET not in str(refusal.value)


def test_codes_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B: SHA-1, eight digits, at 59 s and 1111111109 s."""
    rfc = generator("otpauth://totp/rfc?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8")
    for seconds, code in ((59, "94287082"), (1111111109, "07081804")):
        at = NOW.fromtimestamp(seconds, NOW.tzinfo)
        assert step_of(rfc, code, at) == seconds // 30
        assert step_of(rfc, code[:-1], at) is None
