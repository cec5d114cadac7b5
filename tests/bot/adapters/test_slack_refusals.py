"""Every error code of Slack's has a remedy, and what people can mend is said in words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.slack_client import TOKEN_CODES
from bot.adapters.slack_refusals import REMEDIES, Remedy, mend, remedy
from bot.errors import DeliveryFailed
from sandbox.seed import APPROVALS
from sandbox.slack.faults import Fault
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notifier
from tests.handlers.slack.test_manifest import called_methods
from tests.handlers.slack.world import World

METHODS = json.loads((Path(__file__).parents[2] / "slack_contract" / "methods.json").read_text(encoding="utf-8"))
SHOWN_BY = ("chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.open")
LISTED = sorted({(method, code) for method in called_methods() for code in METHODS[method]["errors"]})


def test_every_code_of_every_method_that_we_call_has_a_remedy() -> None:
    assert set(SHOWN_BY) <= called_methods()
    assert [(method, code) for method, code in LISTED if code not in REMEDIES] == []
    assert [code for code in METHODS["*"]["errors"] if code not in REMEDIES] == []


def test_no_code_has_two() -> None:
    source = (Path(__file__).parents[3] / "bot" / "adapters" / "slack_refusals.py").read_text(encoding="utf-8")
    table = source[source.index("REMEDIES = ") : source.index("_INVITE")].replace('"""', " ").split()
    assert len([word for word in table if word in REMEDIES]) == len(REMEDIES)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ratelimited", Remedy.LATER),
        ("internal_error", Remedy.LATER),
        ("no_answer", Remedy.LATER),
        ("invalid_blocks", Remedy.SMALLER),
        ("msg_blocks_too_long", Remedy.SMALLER),
        ("msg_too_long", Remedy.SMALLER),
        ("edit_window_closed", Remedy.ANEW),
        ("message_not_found", Remedy.ANEW),
        ("cant_update_message", Remedy.ANEW),
        ("is_archived", Remedy.TELL),
        ("not_in_channel", Remedy.TELL),
        ("channel_not_found", Remedy.TELL),
        ("restricted_action", Remedy.TELL),
        ("missing_scope", Remedy.ALARM),
        ("account_inactive", Remedy.ALARM),
        ("something_new", Remedy.LATER),
    ],
)
def test_what_helps(code: str, expected: Remedy) -> None:
    assert remedy(code) is expected


def test_a_token_that_is_refused_is_an_alarm() -> None:
    assert {remedy(code) for code in TOKEN_CODES} == {Remedy.ALARM}


def test_what_somebody_can_mend_has_words_and_the_rest_none() -> None:
    for code, kind in REMEDIES.items():
        words = mend(code, "C1", "im:write")
        assert bool(words) is (kind not in (Remedy.LATER, Remedy.ANEW)), code
        assert "{" not in words
        assert not words.endswith(".")


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
async def test_a_card_that_no_channel_takes_says_which_and_what_to_do(world: World, code: str) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error=code)
    with pytest.raises(DeliveryFailed) as failed:
        await a_notifier(world).show(a_card(), RECORD)
    assert (failed.value.permanent, failed.value.alarm) == (True, False)
    assert APPROVALS in failed.value.mend
    assert "then ask again" in failed.value.mend


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"])
async def test_what_only_the_operator_can_mend_is_kept_and_goes_on_afterwards(world: World, code: str) -> None:
    notifier = a_notifier(world)
    world.slack.faults.methods["chat.postMessage"] = Fault(error=code)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_card(), RECORD)
    assert (failed.value.alarm, failed.value.permanent, failed.value.sent) == (True, False, False)
    assert failed.value.mend
    world.slack.faults.methods.clear()
    notifier._queue._clock.advance(seconds=failed.value.retry_after)  # type: ignore[attr-defined]  # a HandClock
    assert await notifier.show(a_card(), RECORD)


async def test_while_the_token_is_refused_slack_is_not_asked_again_and_again(world: World) -> None:
    notifier = a_notifier(world)
    world.slack.faults.methods["chat.postMessage"] = Fault(error="token_revoked")
    for _ in range(5):
        with pytest.raises(DeliveryFailed):
            await notifier.show(a_card(), RECORD)
    assert len(world.calls("chat.postMessage")) == 1


async def test_a_scope_that_is_missing_is_named(world: World) -> None:
    app = world.slack.workspace.app
    world.slack.workspace.app = replace(app, scopes=app.scopes - {"chat:write"})
    with pytest.raises(DeliveryFailed) as failed:
        await a_notifier(world).show(a_card(), RECORD)
    assert "(chat:write" in failed.value.mend
