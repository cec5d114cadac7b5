"""The tool server's half of a secret's path: sealed for whoever asked, or nothing is done."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from fastmcp import Client, Context, FastMCP
from fastmcp.tools.base import ToolResult

from mcp_tools.sealing import (
    LONGEST_LABEL,
    LONGEST_SECRET,
    MOST,
    MOST_CHARACTERS,
    NOBODY,
    SEAL_AS,
    SEAL_TO,
    SEALED,
    Recipient,
    recipient,
    refused,
    sealed_meta,
    sealed_result,
)

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
NAME = "demo__make_password"


def make_password(context: Context) -> ToolResult:
    """Make one."""
    to = recipient(context)
    if to is None:
        return refused()
    return sealed_result({"changed": True}, to.seal("Password", "correct horse"))


@pytest.fixture
async def client() -> AsyncIterator[Client[Any]]:
    server = FastMCP("demo")
    server.tool(make_password)
    async with Client(server) as opened:
        yield opened


async def test_a_secret_comes_back_encrypted_and_nowhere_else(client: Client[Any]) -> None:
    answer = await client.call_tool_mcp("make_password", {}, meta={SEAL_TO: PUBLIC, SEAL_AS: NAME})
    assert answer.meta
    [one] = answer.meta[SEALED]
    info = f"countersign/sealed/v1\0{NAME}\0Password".encode()
    assert HPKE.decrypt(base64.b64decode(one["ciphertext"]), KEY, info) == b"correct horse"
    assert (answer.structured_content, "correct" in str(answer)) == ({"changed": True}, False)


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {SEAL_TO: PUBLIC},
        {SEAL_AS: NAME},
        {SEAL_TO: PUBLIC, SEAL_AS: ""},
        {SEAL_TO: 7, SEAL_AS: NAME},
        {SEAL_TO: "not base64", SEAL_AS: NAME},
        {SEAL_TO: PUBLIC[:-4], SEAL_AS: NAME},
        {SEAL_TO: base64.b64encode(bytes(32)).decode(), SEAL_AS: NAME},
    ],
)
async def test_without_a_usable_key_the_tool_refuses(client: Client[Any], meta: dict[str, Any] | None) -> None:
    answer = await client.call_tool_mcp("make_password", {}, meta=meta)
    assert (answer.is_error, SEALED in (answer.meta or {})) == (True, False)
    assert (answer.meta or {})["countersign/outcome"] == "refused"
    assert NOBODY in str(answer.content)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("", "x"),
        ("L" * (LONGEST_LABEL + 1), "x"),
        ("two\nlines", "x"),
        ("Password", ""),
        ("Password", "x" * (LONGEST_SECRET + 1)),
        ("Password", "a\u202eb"),
        ("Password", "a\x01b"),
        ("Password", "a\rb"),
    ],
)
def test_what_would_not_arrive_is_not_sealed(label: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"a (label|secret) "):
        Recipient(KEY.public_key(), NAME).seal(label, text)


def test_of_all_secrets_together_no_more_is_sealed_than_fits_into_one_message() -> None:
    to = Recipient(KEY.public_key(), NAME)
    for number in range(MOST_CHARACTERS // LONGEST_SECRET):
        to.seal(f"Key {number}", "x" * LONGEST_SECRET)
    with pytest.raises(ValueError, match="a secret more than 6,000 characters"):
        to.seal("One more", "x")


def test_lines_of_a_secret_are_no_control_characters() -> None:
    assert Recipient(KEY.public_key(), NAME).seal("Codes", "one\n\ttwo").ciphertext


def test_a_result_carries_ten_secrets_at_most() -> None:
    sealed = Recipient(KEY.public_key(), NAME).seal("Code", "1")
    assert len(sealed_meta(*[sealed] * MOST)[SEALED]) == MOST
    with pytest.raises(ValueError, match="at most ten"):
        sealed_meta(*[sealed] * (MOST + 1))
