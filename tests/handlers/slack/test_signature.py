"""Only what Slack signed, now, once."""

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.errors import BadInput
from handlers.slack.signature import Claim, Replays, Signatures, Unsigned
from tests.factories import NOW, HandClock

SECRET = "synthetic-signing-secret"
BODY = b'{"type":"event_callback"}'
MOMENT = int(NOW.timestamp())


def sign(body: bytes = BODY, at: int = MOMENT, secret: str = SECRET) -> Claim:
    """As Slack's own library signs."""
    made = SignatureVerifier(secret).generate_signature(timestamp=str(at), body=body)
    return Claim(str(at), str(made))


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(SECRET, HandClock(NOW))


def why(signatures: Signatures, claim: Claim, body: bytes = BODY) -> str:
    """Why it is refused; empty when it passes."""
    try:
        signatures.check(signatures.claimed([claim.timestamp], [claim.signature]), body)
    except Unsigned as refused:
        return refused.why
    return ""


def test_what_slack_signed_passes(signatures: Signatures) -> None:
    assert why(signatures, sign()) == ""
    assert why(signatures, sign(b""), b"") == ""
    assert why(signatures, sign("é".encode()), "é".encode()) == ""


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_forgiven(signatures: Signatures, seconds: int) -> None:
    assert why(signatures, sign(at=MOMENT + seconds)) == ""


@pytest.mark.parametrize("seconds", [-(10**9), -3600, -301, 301, 3600])
def test_more_than_five_minutes_either_way_are_not(signatures: Signatures, seconds: int) -> None:
    assert why(signatures, sign(at=MOMENT + seconds)) == "stale"


@pytest.mark.parametrize(
    "timestamp", ["", "now", f"+{MOMENT}", f" {MOMENT}", f"{MOMENT}.5", f"-{MOMENT}", "1e9", "٣" * 10]
)
def test_a_timestamp_is_digits_and_nothing_else(signatures: Signatures, timestamp: str) -> None:
    assert why(signatures, Claim(timestamp, sign().signature)) == "malformed"


@pytest.mark.parametrize(
    "claim",
    [
        sign(secret="another"),
        sign(b"{}"),
        Claim(str(MOMENT + 1), sign().signature),
        Claim(str(MOMENT), "v1" + sign().signature[2:]),
        Claim(str(MOMENT), sign().signature[3:]),
        Claim(str(MOMENT), sign().signature.upper()),
        Claim(str(MOMENT), sign().signature[:-1]),
        Claim(str(MOMENT), "v0="),
        Claim(str(MOMENT), ""),
        Claim(str(MOMENT), "v0=\udcff"),
    ],
)
def test_another_signature_does_not_pass(signatures: Signatures, claim: Claim) -> None:
    assert why(signatures, claim) == "forged"


@pytest.mark.parametrize(
    ("timestamps", "claims"), [([], ["x"]), (["1"], []), ([], []), (["1", "1"], ["x"]), (["1"], ["x", "x"])]
)
def test_each_header_is_there_once(signatures: Signatures, timestamps: list[str], claims: list[str]) -> None:
    with pytest.raises(Unsigned) as refused:
        signatures.claimed(timestamps, claims)
    assert refused.value.why == "missing"


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_without_a_secret_nothing_starts(secret: str) -> None:
    with pytest.raises(BadInput) as refused:
        Signatures(secret, HandClock(NOW))
    assert refused.value.where == "SLACK_SIGNING_SECRET"


def test_the_secret_is_in_no_traceback(signatures: Signatures) -> None:
    assert SECRET not in repr(signatures)


def test_the_same_bytes_count_once_as_long_as_they_are_good() -> None:
    clock = HandClock(NOW)
    replays, claim = Replays(clock), sign(at=MOMENT + 300)
    replays.begin(claim)
    for _ in range(600):
        clock.advance(seconds=1)
        with pytest.raises(Unsigned, match="replayed"):
            replays.begin(claim)


def test_what_failed_may_come_again() -> None:
    replays = Replays(HandClock(NOW))
    replays.begin(sign())
    replays.forget(sign())
    replays.begin(sign())


def test_what_is_too_old_to_pass_is_not_remembered() -> None:
    clock = HandClock(NOW)
    replays = Replays(clock)
    for number in range(50):
        replays.begin(sign(str(number).encode()))
    clock.advance(seconds=901)
    replays.begin(sign(at=MOMENT + 901))
    assert len(replays._until) == 1


class Compared(AssertionError):
    """A comparison that ends at the first difference would tell how much of a forgery is right."""


class OnlyWhole(str):
    """A signature that cannot be compared as a text."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise Compared

    def __ne__(self, other: object) -> bool:
        raise Compared


def test_signatures_are_compared_in_constant_time(signatures: Signatures) -> None:
    signatures.check(Claim(str(MOMENT), OnlyWhole(sign().signature)), BODY)
