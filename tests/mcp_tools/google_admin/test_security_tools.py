"""Passwords, sessions and 2-Step Verification, against the Google stand-in."""

import pytest

from mcp_tools.sealing import NOBODY
from sandbox.google.directory import Effect
from sandbox.google.errors import invalid, unavailable
from sandbox.google.faults import Answer, Drop, Fault, Slow
from tests.mcp_tools.google_admin.tools import Envelope, Failure, Tools, answer, failed, failure
from tests.sandbox.google.stand_in import StandIn

LEAVER, ALEX, ROBIN = "leaver@example.com", "alex@example.com", "robin@example.com"
ENFORCED = (
    "2-Step Verification is enforced for alex@example.com by a setting of its organisational unit (/Engineering) or of "
    "a group, and while it is, Google refuses to turn it off for anybody."
)


async def test_a_new_password_reaches_who_asked_and_must_be_changed(google: StandIn, tools: Tools) -> None:
    envelope = Envelope()
    result = await envelope.call(tools, "reset_password", user_key="lea.verheyen@example.com")
    lea = google.world.find(LEAVER)
    assert envelope.open(result, "reset_password") == {f"Password of {LEAVER}": lea.password}
    assert (len(lea.password), lea.change_password_at_next_login) == (20, True)
    assert lea.password not in repr((result, google.log.after(0), google.world.effects))


async def test_a_lost_answer_to_a_password_reset_says_what_gives_another(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Drop(), method="PATCH")
    lost = failed(await Envelope().call(tools, "reset_password", user_key=LEAVER))
    assert lost.outcome == "unknown"
    assert "Another reset_password gives a new one" in lost.text


@pytest.mark.parametrize("tool", ["reset_password", "reset_2fa"])
async def test_without_anybody_to_tell_nothing_is_sent(google: StandIn, tools: Tools, tool: str) -> None:
    assert await failure(tools, tool, user_key=LEAVER) == Failure("refused", NOBODY)
    assert google.log.after(0) == []


async def test_new_backup_codes_reach_who_asked_and_nobody_else(google: StandIn, tools: Tools) -> None:
    envelope = Envelope()
    result = await envelope.call(tools, "reset_2fa", user_key=LEAVER)
    codes = google.world.codes[google.world.find(LEAVER).id]
    assert len(codes) == 10
    assert envelope.open(result, "reset_2fa") == {f"Backup codes of {LEAVER}": "\n".join(codes)}
    assert not [code for code in codes if code in repr((result, google.log.after(0), google.world.effects))]
    assert result.structured_content is not None
    assert result.structured_content["summary"] == (
        f"10 new backup codes of {LEAVER} were sent privately to the person who asked. The old ones are void. 2-Step "
        "Verification stays on."
    )


async def test_new_codes_of_an_enforced_account_say_that_it_cannot_be_turned_off(tools: Tools) -> None:
    result = await Envelope().call(tools, "reset_2fa", user_key=ALEX)
    assert result.structured_content is not None
    assert result.structured_content["summary"].endswith(f"The old ones are void. {ENFORCED}")


async def test_an_account_without_a_second_step_has_nothing_to_reset(google: StandIn, tools: Tools) -> None:
    assert failed(await Envelope().call(tools, "reset_2fa", user_key=ROBIN)) == Failure(
        "failed",
        f"{ROBIN} has no 2-Step Verification, so there is nothing to reset. Nothing was changed. If the password is "
        "lost, use reset_password.",
    )
    assert google.world.effects == ()


async def test_codes_that_google_does_not_make_are_explained(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Answer(invalid("Invalid Input: userKey")), method="POST")
    refused = failed(await Envelope().call(tools, "reset_2fa", user_key=LEAVER))
    assert (refused.outcome, "has not set up 2-Step Verification" in refused.text) == ("failed", True)


async def test_codes_that_were_made_and_could_not_be_read_leave_an_unknown(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Slow(0), method="GET")  # the account is looked up
    google.faults.plan(Answer(unavailable()), method="GET")
    lost = failed(await Envelope().call(tools, "reset_2fa", user_key=LEAVER))
    assert lost == Failure(
        "unknown",
        f"Google made new backup codes for {LEAVER}, so the old ones are void, but the new ones could not be read and "
        "nobody has them. Ask for another reset_2fa, which makes others.",
    )


async def test_a_lost_answer_to_new_codes_is_unknown(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Drop(), method="POST")
    lost = failed(await Envelope().call(tools, "reset_2fa", user_key=LEAVER))
    assert (lost.outcome, "Another reset_2fa makes others" in lost.text) == ("unknown", True)


async def test_turning_it_off_where_it_is_enforced_says_why_it_fails_and_what_helps(
    google: StandIn, tools: Tools
) -> None:
    assert await failure(tools, "turn_off_2fa", user_key=ALEX) == Failure(
        "failed",
        f"{ENFORCED} Nothing was changed. reset_2fa gives backup codes to sign in with once, after which the person "
        "registers a new second step. Or an administrator moves the account to a unit where it is not enforced.",
    )
    assert google.world.effects == ()


async def test_a_refusal_that_could_not_be_foreseen_is_explained_too(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Answer(invalid("Invalid Input: userKey")), method="POST")
    refused = await failure(tools, "turn_off_2fa", user_key=LEAVER)
    assert (refused.outcome, "Advanced Protection Program" in refused.text) == ("failed", True)


async def test_turning_it_off_forgets_the_second_steps(google: StandIn, tools: Tools) -> None:
    off = await answer(tools, "turn_off_2fa", user_key=LEAVER)
    assert (off["changed"], off["user"]["enrolled_in_2sv"]) == (True, False)
    assert not google.world.find(LEAVER).enrolled_2sv
    again = await answer(tools, "turn_off_2fa", user_key=LEAVER)
    assert again["summary"] == f"2-Step Verification of {LEAVER} was already off; nothing was changed."
    assert len(google.world.effects) == 1


@pytest.mark.parametrize("tool", ["reset_2fa", "turn_off_2fa"])
async def test_the_second_step_of_a_suspended_account_stays(google: StandIn, tools: Tools, tool: str) -> None:
    await answer(tools, "suspend_user", user_key=LEAVER)
    refused = failed(await Envelope().call(tools, tool, user_key=LEAVER))
    assert (refused.outcome, "unsuspend_user first" in refused.text) == ("failed", True)
    assert len(google.world.effects) == 1


async def test_signing_out_everywhere_ends_every_session_once(google: StandIn, tools: Tools) -> None:
    done = await answer(tools, "sign_out_user", user_key=LEAVER)
    assert done == {"user_key": LEAVER, "changed": True, "summary": f"{LEAVER} is signed out everywhere."}
    assert google.world.find(LEAVER).signed_out == 1
    assert google.world.effects == (Effect("POST", LEAVER, {"signOut": True}),)


@pytest.mark.parametrize(
    ("fault", "outcome", "words"),
    [
        (Drop(), "unknown", "Signing out once more does no harm"),
        (Answer(unavailable()), "unknown", "its fate is unknown: HTTP 503"),
    ],
)
async def test_a_sign_out_without_an_answer_is_unknown(
    google: StandIn, tools: Tools, fault: Fault, outcome: str, words: str
) -> None:
    google.faults.plan(fault, method="POST")
    lost = await failure(tools, "sign_out_user", user_key=LEAVER)
    assert (lost.outcome, words in lost.text) == (outcome, True)


@pytest.mark.parametrize("tool", ["reset_password", "reset_2fa", "turn_off_2fa", "sign_out_user"])
async def test_an_account_that_is_not_there_is_said_so(google: StandIn, tools: Tools, tool: str) -> None:
    refused = failed(await Envelope().call(tools, tool, user_key="nobody@example.com"))
    assert refused.outcome == "failed"
    assert refused.text.startswith("There is no account nobody@example.com in this Google Workspace.")
    assert google.world.effects == ()
