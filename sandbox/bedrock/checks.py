"""What Bedrock refuses before the model sees it. The texts follow the service's own, seen in public issue reports."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.bedrock.turns import Body

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/\s]+/\d{8}/[a-z0-9-]+/bedrock/aws4_request, *"
    r"SignedHeaders=[a-z0-9;-]*\bhost\b[a-z0-9;-]*, *Signature=[0-9a-f]{64}"
)
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
REMOVED = ("temperature", "top_p", "top_k")
ALLOWED = {"anthropic_version", "anthropic_beta", "max_tokens", "messages", "system", "stop_sequences", "tools"} | {
    "tool_choice",
    "thinking",
    "metadata",
    "output_config",
    "cache_control",
}


class Refused(Exception):
    """Bedrock answers HTTP `status` with `type` in x-amzn-ErrorType and `message` in the body."""

    def __init__(self, message: str, type_: str = "ValidationException", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.type = type_
        self.status = status


def check_signature(authorization: str) -> None:
    """SigV4 for the service "bedrock", or a bearer key. The signature itself is not recomputed. Raises Refused."""
    if not authorization:
        raise Refused("Missing Authentication Token", "MissingAuthenticationTokenException", 403)
    if not (SIGNED.fullmatch(authorization) or re.fullmatch(r"Bearer \S+", authorization)):
        message = "The request signature does not conform to AWS standards."
        raise Refused(message, "IncompleteSignatureException", 403)


def read_body(raw: bytes) -> Body:
    """Strict JSON in UTF-8 without lone surrogates, and everything the Messages API asks of it. Raises Refused."""
    try:
        body = json.loads(raw.decode(), parse_constant=_no_constant)
        json.dumps(body, ensure_ascii=False).encode()
    except ValueError as error:
        raise Refused(f"The request body is not valid JSON: {type(error).__name__}") from error
    if not isinstance(body, dict):
        raise Refused("Malformed input request: expected type: JSONObject, found: JSONArray")
    try:
        _check_fields(body)
        _check_tools(body.get("tools", []))
        _check_messages(body["messages"])
    except (AttributeError, KeyError, TypeError) as error:
        raise Refused(f"Malformed input request: {error}") from error
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_fields(body: Body) -> None:
    for name in ("anthropic_version", "max_tokens", "messages"):
        if name not in body:
            raise Refused(f"{name}: Field required")
    if body["anthropic_version"] != "bedrock-2023-05-31":
        raise Refused(f"anthropic_version: {body['anthropic_version']!r} is not supported by this model")
    if not isinstance(body["max_tokens"], int) or body["max_tokens"] < 1:
        raise Refused("max_tokens: Input should be greater than or equal to 1")
    for name in body:
        if name in REMOVED:
            raise Refused(f"`{name}` is not supported by this model.")
        if name not in ALLOWED:
            raise Refused(f"{name}: Extra inputs are not permitted")


def _check_tools(tools: list[Body]) -> None:
    for n, tool in enumerate(tools):
        if not TOOL_NAME.fullmatch(str(tool.get("name", ""))):
            raise Refused(f"tools.{n}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        schema = tool.get("input_schema")
        if not isinstance(schema, dict) or schema.get("type") != "object":
            raise Refused(f"tools.{n}.custom.input_schema.type: Field required")
        if {"oneOf", "allOf", "anyOf"} & set(schema):
            raise Refused(f"tools.{n}.custom.input_schema: oneOf, allOf, or anyOf is not supported at the top level")
    if len({tool["name"] for tool in tools}) < len(tools):
        raise Refused("tools: Tool names must be unique.")


def _check_messages(messages: list[Body]) -> None:
    if not messages:
        raise Refused("messages: at least one message is required")
    for n, message in enumerate(messages):
        if message.get("role") != ("user", "assistant")[n % 2]:
            raise Refused('messages: roles must alternate between "user" and "assistant", starting with "user"')
        _check_content(n, blocks(message))
    if messages[-1]["role"] != "user":
        raise Refused("This model does not support assistant message prefill. It must end with a user message.")
    _check_pairs(messages)


def blocks(message: Mapping[str, Any]) -> list[Body]:
    """A message's content as a list of blocks."""
    content = message.get("content")
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or [])


def _check_content(n: int, content: list[Body]) -> None:
    if not content:
        raise Refused(f"messages.{n}: all messages must have non-empty content")
    for block in content:
        if block.get("type") == "text" and not str(block.get("text", "")).strip():
            raise Refused("messages: text content blocks must contain non-whitespace text")
        if block.get("type") == "tool_use" and not isinstance(block.get("input"), dict):
            raise Refused(f"messages.{n}.content.0.tool_use.input: Input should be a valid dictionary")


def _check_pairs(messages: list[Body]) -> None:
    seen: set[str] = set()
    asked: list[str] = []
    for n, message in enumerate(messages):
        results = list(_leading_results(blocks(message)))
        for j, block in enumerate(blocks(message)):
            if block["type"] == "tool_result" and block.get("tool_use_id") not in asked:
                raise Refused(f"messages.{n}.content.{j}: unexpected `tool_use_id` found in `tool_result` blocks")
        if len(set(results)) < len(results):
            raise Refused(f"messages.{n}: each tool_use must have a single result")
        if missing := [tool_use_id for tool_use_id in asked if tool_use_id not in results]:
            raise Refused(_without_result(n - 1, missing))
        asked = [block["id"] for block in blocks(message) if block["type"] == "tool_use"]
        if len(set(asked)) < len(asked) or seen & set(asked):
            raise Refused("messages: `tool_use` ids must be unique")
        seen |= set(asked)


def _leading_results(content: list[Body]) -> Iterator[str]:
    """Results count only before anything else in the message."""
    for block in content:
        if block["type"] != "tool_result":
            return
        yield str(block.get("tool_use_id"))


def _without_result(n: int, missing: list[str]) -> str:
    return (
        f"messages.{n}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message."
    )
