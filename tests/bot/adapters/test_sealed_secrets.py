"""The bot opens what a tool server sealed to it, and nothing else."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from bot.adapters.keys import derived
from bot.adapters.mcp_sealed import LONGEST, MOST, MUTILATED, SEALED, sealed_of
from bot.adapters.sealed_secrets import Unsealing
from bot.errors import SecretUnreadable
from bot.models.sealed import Sealed
from mcp_tools import sealing

SECRET_KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(32)).decode()
TOOL = "demo__make_password"


def sealed(label: str = "Password", text: str = "correct horse", tool: str = TOOL) -> Sealed:
    """What the tool server's own code makes for the bot of SECRET_KEY, as it arrives."""
    public = X25519PublicKey.from_public_bytes(base64.b64decode(Unsealing.of(SECRET_KEY).public))
    made = sealing.Recipient(public, tool).seal(label, text)
    [one] = sealed_of(sealing.sealed_meta(made))
    return one


@pytest.mark.parametrize("text", ["correct horse", "1234 5678\n9012 3456", "schön ✓", "𝛑" * sealing.LONGEST_SECRET])
def test_what_a_tool_seals_the_bot_opens_after_a_restart_too(text: str) -> None:
    assert Unsealing.of(SECRET_KEY).open(TOOL, sealed(text=text)) == text


@pytest.mark.parametrize(
    ("key", "tool", "one"),
    [
        (OTHER_KEY, TOOL, sealed()),
        (SECRET_KEY, "demo__other", sealed()),
        (SECRET_KEY, TOOL, replace(sealed(), label="Backup codes")),
        (SECRET_KEY, TOOL, replace(sealed(), ciphertext=sealed().ciphertext[4:])),
        (SECRET_KEY, TOOL, replace(sealed(), ciphertext="no base64!")),
        (SECRET_KEY, TOOL, MUTILATED),
        (SECRET_KEY, TOOL, sealed(tool="demo__other")),
    ],
    ids=["another key", "another tool", "another label", "cut", "no base64", "mutilated", "made by another tool"],
)
def test_anything_else_cannot_be_read(key: str, tool: str, one: Sealed) -> None:
    with pytest.raises(SecretUnreadable):
        Unsealing.of(key).open(tool, one)


def test_neither_the_key_nor_what_is_sealed_stands_in_a_repr() -> None:
    private = Unsealing.of(SECRET_KEY)
    assert (str(private), sealed().ciphertext in repr(sealed())) == ("Unsealing()", False)


def test_keys_for_two_uses_have_nothing_in_common() -> None:
    assert len({derived(SECRET_KEY, "a"), derived(SECRET_KEY, "b"), derived(OTHER_KEY, "a")}) == 3
    assert derived(SECRET_KEY, "a") == derived(SECRET_KEY, "a")


GOOD = {"label": "Password", "ciphertext": "Y2lwaGVy"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([GOOD], (Sealed("Password", "Y2lwaGVy"),)),
        ([], ()),
        ("Password", (MUTILATED,)),
        ({"label": "Password"}, (MUTILATED,)),
        (None, (MUTILATED,)),
        ([GOOD, 7], (Sealed("Password", "Y2lwaGVy"), MUTILATED)),
        ([{**GOOD, "label": 7}], (MUTILATED,)),
        ([{**GOOD, "label": ""}], (MUTILATED,)),
        ([{**GOOD, "label": "two\nlines"}], (MUTILATED,)),
        ([{**GOOD, "label": "L" * 81}], (MUTILATED,)),
        ([{**GOOD, "ciphertext": ""}], (MUTILATED,)),
        ([{**GOOD, "ciphertext": "é"}], (MUTILATED,)),
        ([{**GOOD, "ciphertext": "A" * (LONGEST + 1)}], (MUTILATED,)),
        ([GOOD] * 500, (Sealed("Password", "Y2lwaGVy"),) * MOST),
    ],
)
def test_meta_of_any_kind_is_read_without_a_crash(given: object, found: tuple[Sealed, ...]) -> None:
    assert sealed_of({SEALED: given}) == found


def test_a_result_without_secrets_has_none() -> None:
    assert sealed_of({"countersign/outcome": "refused"}) == ()
