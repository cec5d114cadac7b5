"""Each attack is one step away from a signed request, and Slack's own library refuses it."""

import json
from urllib.parse import parse_qsl

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.http_attacks import ATTACKS, reencoded, replayed
from sandbox.slack.http_signing import FORM, JSON, Signed, signed
from tests.sandbox.slack.receiver import SECRET, StoppedClock

NOW = 1_790_000_000
EVENT = signed(SECRET, NOW, "http://127.0.0.1/", b'{"type":"event_callback","a":[1,2]}', {"Content-Type": JSON})
CLICK = signed(SECRET, NOW, "http://127.0.0.1/", b"payload=%7B%22a%22%3A+%22%2F%22%7D", {"Content-Type": FORM})


def accepted(request: Signed) -> bool:
    verifier = SignatureVerifier(SECRET, StoppedClock(NOW))
    try:
        return verifier.is_valid_request(request.body, {name.lower(): value for name, value in request.headers.items()})
    except (ValueError, TypeError):
        return False


@pytest.mark.parametrize("request_", [EVENT, CLICK])
def test_what_slack_signs_is_accepted(request_: Signed) -> None:
    assert accepted(request_)


@pytest.mark.parametrize("request_", [EVENT, CLICK])
@pytest.mark.parametrize("kind", sorted(ATTACKS.keys() - {"replayed", "strange_timestamp"}))
def test_an_attack_is_not_accepted(kind: str, request_: Signed) -> None:
    assert not accepted(ATTACKS[kind](request_, SECRET))


def test_a_strange_timestamp_passes_slacks_library_and_must_not_pass_ours() -> None:
    assert accepted(ATTACKS["strange_timestamp"](EVENT, SECRET))


def test_a_replay_is_the_same_to_the_last_byte() -> None:
    assert replayed(EVENT, SECRET) == EVENT


def test_a_reencoded_body_says_the_same() -> None:
    assert json.loads(reencoded(EVENT, SECRET).body) == json.loads(EVENT.body)
    assert parse_qsl(reencoded(CLICK, SECRET).body) == parse_qsl(CLICK.body)
