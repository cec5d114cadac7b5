"""Requests that Slack would never send: each is one wrong step away from a signed one.

A receiver that follows "Verifying requests from Slack" answers every one of them with 401.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import parse_qsl, quote_plus

from sandbox.slack.contract import limit
from sandbox.slack.http_signing import JSON, SIGNATURE, TIMESTAMP, Signed, signature

Attack: TypeAlias = Callable[[Signed, str], Signed]
MINUTE = 60


def with_headers(request: Signed, **changes: str | None) -> Signed:
    """The request with headers replaced (`X_Slack_Signature` names `X-Slack-Signature`), or gone where None."""
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = {**request.headers, **changed}
    return replace(request, headers={name: value for name, value in kept.items() if value is not None})


def forged(request: Signed, _secret: str) -> Signed:
    """Signed with a secret that is not the app's."""
    return resigned(request, "not-the-secret", request.headers[TIMESTAMP])


def altered(request: Signed, _secret: str) -> Signed:
    """One byte of the body is another."""
    return replace(request, body=request.body[:-1] + bytes([request.body[-1] ^ 1]))


def stale(request: Signed, secret: str) -> Signed:
    """Signed well, more than five minutes ago."""
    return resigned(request, secret, str(int(request.headers[TIMESTAMP]) - limit("http.timestamp_skew") - 1))


def future(request: Signed, secret: str) -> Signed:
    """Signed well, for a moment more than five minutes ahead, also when it takes a while to arrive."""
    return resigned(request, secret, str(int(request.headers[TIMESTAMP]) + limit("http.timestamp_skew") + MINUTE))


def moved(request: Signed, _secret: str) -> Signed:
    """The signature of one moment with the timestamp of the next."""
    return with_headers(request, X_Slack_Request_Timestamp=str(int(request.headers[TIMESTAMP]) + 1))


def without_signature(request: Signed, _secret: str) -> Signed:
    return with_headers(request, X_Slack_Signature=None)


def without_timestamp(request: Signed, _secret: str) -> Signed:
    return with_headers(request, X_Slack_Request_Timestamp=None)


def unsigned(request: Signed, _secret: str) -> Signed:
    return with_headers(request, X_Slack_Signature=None, X_Slack_Request_Timestamp=None)


def empty_secret(request: Signed, _secret: str) -> Signed:
    """Signed as if the receiver had no secret."""
    return resigned(request, "", request.headers[TIMESTAMP])


def wrong_version(request: Signed, _secret: str) -> Signed:
    """The right digest under a version that does not exist."""
    return with_headers(request, X_Slack_Signature="v1" + request.headers[SIGNATURE][2:])


def strange_timestamp(request: Signed, secret: str) -> Signed:
    """A number for Python, not one that Slack writes; the signature fits it."""
    return resigned(request, secret, f"+{request.headers[TIMESTAMP]}")


def reencoded(request: Signed, _secret: str) -> Signed:
    """The same content in other bytes: JSON with spaces, or a form with other escapes."""
    if request.headers["Content-Type"] == JSON:
        return replace(request, body=json.dumps(json.loads(request.body)).encode())
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    loose = "&".join(f"{name}={quote_plus(value, safe=':/')}" for name, value in pairs)
    return replace(request, body=loose.encode() if loose.encode() != request.body else request.body + b"&")


def compressed(request: Signed, _secret: str) -> Signed:
    """The same body behind Content-Encoding."""
    return replace(with_headers(request, Content_Encoding="gzip"), body=gzip.compress(request.body, mtime=0))


def replayed(request: Signed, _secret: str) -> Signed:
    """A request that was answered already, once more, to the last byte."""
    return request


def resigned(request: Signed, secret: str, timestamp: str) -> Signed:
    made = signature(secret, timestamp, request.body)
    return with_headers(request, X_Slack_Request_Timestamp=timestamp, X_Slack_Signature=made)


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        forged,
        altered,
        stale,
        future,
        moved,
        without_signature,
        without_timestamp,
        unsigned,
        empty_secret,
        wrong_version,
        strange_timestamp,
        reencoded,
        compressed,
        replayed,
    )
}
