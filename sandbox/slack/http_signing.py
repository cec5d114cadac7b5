"""Signed requests to the app (Slack docs: "Verifying requests from Slack")."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sandbox.payload import Json
from sandbox.slack.parcels import COMMANDS, EVENTS, Parcel, Retry

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
VERSION = "v0"


@dataclass(frozen=True, slots=True)
class Signed:
    """One request as it goes over the wire."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}` in hex."""
    base = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"


def signed(secret: str, at: int, url: str, body: bytes, headers: Mapping[str, str]) -> Signed:
    """The request with its timestamp (`at`, epoch seconds) and its signature."""
    own = {TIMESTAMP: str(at), SIGNATURE: signature(secret, str(at), body)}
    return Signed(url, {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **headers, **own}, body)


def body_of(parcel: Parcel) -> tuple[str, bytes]:
    """Content type and bytes: events are JSON, interactions a form with `payload`, commands a plain form."""
    if parcel.kind == EVENTS:
        return JSON, compact(parcel.payload)
    form = parcel.payload if parcel.kind == COMMANDS else {"payload": compact(parcel.payload).decode()}
    return FORM, urlencode(form).encode()


def compact(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def retry_headers(retry: Retry) -> dict[str, str]:
    """None on the first attempt."""
    if not retry.number:
        return {}
    return {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
