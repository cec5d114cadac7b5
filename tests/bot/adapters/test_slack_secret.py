"""Secrets in Slack: in the direct message of one person, exactly, once."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from blocks.lint import lint
from bot.adapters.sealed_secrets import Unsealing
from bot.adapters.slack_notifier import AGAIN, SlackNotifier
from bot.codec import encode
from bot.errors import DeliveryFailed
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.sealed import Sealed
from mcp_tools.sealing import Recipient
from sandbox.seed import ALEX, ROBIN
from sandbox.slack.faults import Fault
from tests.bot.adapters.slack_stage import a_notifier
from tests.factories import NOW, a_call, a_record, an_outbox_row
from tests.handlers.slack.world import World

KEY = Unsealing.of(base64.b64encode(bytes(32)).decode())
CODES = "1234 5678\n<!channel> *bold* & `tick`"
RECORD = a_record(calls=(a_call(status=CallStatus.SUCCEEDED),))


def sealed(label: str, text: str) -> Sealed:
    public = X25519PublicKey.from_public_bytes(base64.b64decode(KEY.public))
    made = Recipient(public, RECORD.calls[0].name).seal(label, text)
    return Sealed(made.label, base64.b64encode(made.ciphertext).decode())


def a_secret(*secrets: Sealed, **fields: Any) -> OutboxRow:
    row = an_outbox_row(id="secret:c1", kind=Kind.SECRET, subject="c1", user=ROBIN, channel="")
    text = encode(secrets or (sealed("Password", "correct-horse"), sealed("Backup codes", CODES))).decode()
    return replace(row, text=text, **fields)


@pytest.fixture
def notifier(world: World) -> SlackNotifier:
    return a_notifier(world, unseal=KEY.open)


def direct(world: World, user: str) -> list[Any]:
    """What that person reads in their direct messages with the bot."""
    channel = world.slack.workspace.direct_channel(user).id
    return [message.body for message in world.slack.messages.in_channel(channel, user)]


async def test_it_is_read_by_its_requester_alone_and_exactly(world: World, notifier: SlackNotifier) -> None:
    await notifier.show(a_secret(), RECORD)
    [message] = direct(world, ROBIN)
    texts = [element["text"] for part in message["blocks"][0]["elements"] for element in part["elements"]]
    assert {"correct-horse", CODES, "Password", "Backup codes"} <= set(texts)
    assert "Only you can see this." in message["text"]
    assert direct(world, ALEX) == []
    [post] = world.calls("chat.postMessage")
    assert str(post["unfurl_links"]) in ("False", "0")


async def test_a_push_notice_says_nothing_of_the_secret_itself(world: World, notifier: SlackNotifier) -> None:
    await notifier.show(a_secret(), RECORD)
    [message] = direct(world, ROBIN)
    assert "horse" not in message["text"]
    assert "1234" not in message["text"]


async def test_after_a_crash_it_is_found_and_not_posted_again(world: World, notifier: SlackNotifier) -> None:
    first = await notifier.show(a_secret(), RECORD)
    again = await notifier.show(a_secret(tried_at=NOW, attempts=2), RECORD)
    assert (first, len(direct(world, ROBIN))) == (again, 1)


@pytest.mark.parametrize("error", ["user_disabled", "user_not_found", "user_not_visible"])
async def test_somebody_who_cannot_be_reached_is_tried_again(world: World, notifier: SlackNotifier, error: str) -> None:
    world.slack.faults.methods["conversations.open"] = Fault(error=error)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_secret(), RECORD)
    assert (failed.value.permanent, failed.value.code) == (False, error)
    assert failed.value.retry_after == AGAIN
    assert direct(world, ROBIN) == []


async def test_what_was_sealed_to_another_key_fails_for_good(world: World) -> None:
    other = a_notifier(world, unseal=Unsealing.of(base64.b64encode(bytes([7] * 32)).decode()).open)
    for notifier in (other, a_notifier(world)):
        with pytest.raises(DeliveryFailed) as failed:
            await notifier.show(a_secret(), RECORD)
        assert (failed.value.permanent, failed.value.code) == (True, "unreadable")
    assert direct(world, ROBIN) == []


async def test_what_can_be_read_is_sent_and_the_rest_is_said_to_be_lost(world: World, notifier: SlackNotifier) -> None:
    await notifier.show(a_secret(sealed("Password", "correct-horse"), Sealed("secret", "")), RECORD)
    [message] = direct(world, ROBIN)
    assert "correct-horse" in str(message["blocks"])
    assert "1 more secret could not be read" in str(message["blocks"])


async def test_of_a_change_that_may_not_have_happened_the_secret_says_so(world: World, notifier: SlackNotifier) -> None:
    lost = replace(RECORD, calls=(a_call(status=CallStatus.UNKNOWN),))
    await notifier.show(a_secret(), lost)
    [message] = direct(world, ROBIN)
    assert "Nobody knows yet" in str(message["blocks"])


@pytest.mark.parametrize("char", ["a", "\u115f"])
async def test_secrets_that_do_not_fit_into_one_message_are_said_to_be_lost(
    world: World, notifier: SlackNotifier, char: str
) -> None:
    many = [sealed(f"Key {number}", char * 1_000) for number in range(10)]
    await notifier.show(a_secret(*many), RECORD)
    [message] = direct(world, ROBIN)
    assert lint(message["blocks"], "message") == []
    assert "could not be shown" in str(message["blocks"])
