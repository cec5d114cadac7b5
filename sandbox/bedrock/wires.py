"""Three ways to the same model: InvokeModel, and the Messages API at Bedrock (Mantle) and at Anthropic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sandbox.bedrock import frames
from sandbox.bedrock.checks import check_api_version, check_signature, read_body
from sandbox.bedrock.refused import Refused
from sandbox.bedrock.turns import Body

STREAM = "invoke-with-response-stream"
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "ValidationException": "invalid_request_error",
        "MissingAuthenticationTokenException": "authentication_error",
        "IncompleteSignatureException": "authentication_error",
        "AccessDeniedException": "permission_error",
        "ResourceNotFoundException": "not_found_error",
        "ThrottlingException": "rate_limit_error",
        "ServiceUnavailableException": "overloaded_error",
        "modelStreamErrorException": "api_error",
        "throttlingException": "rate_limit_error",
        "validationException": "invalid_request_error",
    }
)
"""What the Messages API calls the errors of InvokeModel (Claude docs, "Errors")."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is an error."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wire:
    """How one of them checks a caller, reads a body, and tells events and errors. `reference` names its request id."""

    name: str
    path: str
    reference: str
    stream_type: str
    check: Callable[[Mapping[str, str]], None]
    read: Callable[[bytes, Sequence[Sequence[Body]]], Body]
    event: Callable[[Mapping[str, Any]], bytes]
    broken: Callable[[str, str], bytes]
    failed: Callable[[Refused], Failure]


def _check_key(headers: Mapping[str, str]) -> None:
    if not headers.get("x-api-key") and not headers.get("Authorization", "").startswith("Bearer "):
        raise Refused("x-api-key header is required", "authentication_error", 401)
    check_api_version(headers.get("anthropic-version", ""))


def _check_mantle(headers: Mapping[str, str]) -> None:
    check_signature(headers.get("Authorization", ""), "bedrock-mantle")
    check_api_version(headers.get("anthropic-version", ""))


def _read_message(raw: bytes, paused: Sequence[Sequence[Body]]) -> Body:
    return read_body(raw, paused, invoke=False)


def _failed_invoke(refused: Refused) -> Failure:
    type_ = f"{refused.type}:http://internal.amazon.com/coral/com.amazon.bedrock/"
    return Failure({"x-amzn-ErrorType": type_}, {"message": refused.message})


def _failed_message(refused: Refused) -> Failure:
    error = {"type": TYPES.get(refused.type, refused.type), "message": refused.message}
    return Failure({}, {"type": "error", "error": error})


def _broken_message(type_: str, message: str) -> bytes:
    return frames.sse_error(TYPES.get(type_, type_), message)


INVOKE = Wire(
    "Bedrock",
    f"/bedrock/model/{{model}}/{{operation:invoke|{STREAM}}}",
    "x-amzn-RequestId",
    "application/vnd.amazon.eventstream",
    lambda headers: check_signature(headers.get("Authorization", "")),
    read_body,
    frames.chunk,
    frames.exception,
    _failed_invoke,
)
MANTLE = Wire(
    "Mantle",
    "/mantle/anthropic/v1/messages",
    "x-amzn-RequestId",
    "text/event-stream",
    _check_mantle,
    _read_message,
    frames.sse,
    _broken_message,
    _failed_message,
)
CLAUDE = replace(MANTLE, name="Claude's API", path="/claude/v1/messages", reference="request-id", check=_check_key)
WIRES = (INVOKE, MANTLE, CLAUDE)


def wants_stream(operation: str, body: Body) -> bool:
    """InvokeModel says so in its path, the Messages API in its body."""
    return operation == STREAM or bool(body.get("stream"))
