"""Records as JSON bytes, and back. Every store keeps records in this form."""

from types import MappingProxyType
from typing import TypeVar

import msgspec

from bot.errors import BadInput, Unreadable
from bot.models.inbound import (
    Inbound,
    ReplyReceived,
    SecretSettled,
    StoreRestored,
    VerdictReceived,
    VoteReceived,
    WithdrawReceived,
)

T = TypeVar("T")

INBOUND = MappingProxyType(
    {
        "vote": VoteReceived,
        "withdraw": WithdrawReceived,
        "verdict": VerdictReceived,
        "reply": ReplyReceived,
        "restored": StoreRestored,
        "secret": SecretSettled,
    }
)
"""The word that is stored beside the bytes of an inbound event."""


def encode(value: object) -> bytes:
    """The JSON of a record. Raises BadInput for text that is not Unicode (a lone surrogate)."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        raise not_unicode(error) from error


def not_unicode(error: UnicodeEncodeError) -> BadInput:
    """What to tell of text that has no UTF-8 form."""
    return BadInput("text with a lone surrogate cannot be stored", where=f"character {error.start}")


def decode(data: bytes, cls: type[T], where: str) -> T:
    """The record of these bytes. Raises Unreadable naming `where` (table and id) when they are not one."""
    try:
        return msgspec.json.decode(data, type=cls)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
        raise Unreadable(where, str(error)) from error


def inbound_kind(event: Inbound) -> str:
    """The word of INBOUND for this event."""
    return next(kind for kind, cls in INBOUND.items() if isinstance(event, cls))


def decode_inbound(kind: str, data: bytes, where: str) -> Inbound:
    """The event of these bytes. Raises Unreadable naming `where` when they are not one."""
    if kind not in INBOUND:
        raise Unreadable(where, f"unknown kind {kind!r}")
    return decode(data, INBOUND[kind], where)
