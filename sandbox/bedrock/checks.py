"""What Bedrock refuses before the model sees it. The texts follow the service's own, seen in public issue reports."""

import json
import re
from collections.abc import Iterator, Sequence

from sandbox.bedrock.prefix import MARK, parts
from sandbox.bedrock.refused import Refused
from sandbox.bedrock.thoughts import first_strange
from sandbox.bedrock.turns import Body, blocks

SIGNED = (
    r"AWS4-HMAC-SHA256 Credential=[^/\s]+/\d{{8}}/[a-z0-9-]+/{service}/aws4_request, *"
    r"SignedHeaders=[a-z0-9;-]*\bhost\b[a-z0-9;-]*, *Signature=[0-9a-f]{{64}}"
)
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
REMOVED = ("temperature", "top_p", "top_k")
BEDROCK_VERSION = "bedrock-2023-05-31"
HEADER_MISSING = "anthropic-version: header is required"
INVOKE = frozenset({"anthropic_version", "max_tokens", "messages"})
MESSAGES = frozenset({"model", "max_tokens", "messages", "stream"})
ALLOWED = {"anthropic_beta", "system", "stop_sequences", "tools"} | {
    "tool_choice",
    "thinking",
    "metadata",
    "output_config",
    "cache_control",
}
EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING = ("adaptive", "between_tools")
MOST_MARKS = 4
"""Claude docs, "Prompt caching": breakpoints of one request."""
MARKS = ({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "5m"}, {"type": "ephemeral", "ttl": "1h"})


def check_signature(authorization: str, service: str = "bedrock") -> None:
    """SigV4 for the service, or a bearer key. The signature itself is not recomputed. Raises Refused."""
    if not authorization:
        raise Refused("Missing Authentication Token", "MissingAuthenticationTokenException", 403)
    if not (re.fullmatch(SIGNED.format(service=service), authorization) or re.fullmatch(r"Bearer \S+", authorization)):
        message = "The request signature does not conform to AWS standards."
        raise Refused(message, "IncompleteSignatureException", 403)


def check_api_version(version: str) -> None:
    """The header of the Messages API (Claude docs, "Versions"). Raises Refused."""
    if version not in {"2023-06-01", "2026-10-21"}:
        raise Refused(f"anthropic-version: {version!r} is not a valid version" if version else HEADER_MISSING)


def read_body(raw: bytes, paused: Sequence[Sequence[Body]] = (), *, invoke: bool = True) -> Body:
    """Strict JSON in UTF-8 without lone surrogates, and everything the Messages API asks of it. Raises Refused.

    `paused` are the contents of turns that ended with pause_turn: such a one may come back as the last message.
    Without `invoke`, the body names its model and says whether it wants a stream.
    """
    try:
        body = json.loads(raw.decode(), parse_constant=_no_constant)
        json.dumps(body, ensure_ascii=False).encode()
    except ValueError as error:
        raise Refused(f"The request body is not valid JSON: {type(error).__name__}") from error
    if not isinstance(body, dict):
        raise Refused("Malformed input request: expected type: JSONObject, found: JSONArray")
    try:
        _check_fields(body, INVOKE if invoke else MESSAGES)
        _check_tools(body.get("tools", []))
        _check_messages(body["messages"], paused)
        _check_marks(body)
    except (AttributeError, KeyError, TypeError) as error:
        raise Refused(f"Malformed input request: {error}") from error
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_fields(body: Body, needed: frozenset[str]) -> None:
    for name in sorted(needed - {"stream"}):
        if name not in body:
            raise Refused(f"{name}: Field required")
    for name in body:
        if name in REMOVED:
            raise Refused(f"`{name}` is not supported by this model.")
        if name not in ALLOWED | needed:
            raise Refused(f"{name}: Extra inputs are not permitted")
    _check_values(body)


def _check_values(body: Body) -> None:
    if body.get("anthropic_version", BEDROCK_VERSION) != BEDROCK_VERSION:
        raise Refused(f"anthropic_version: {body['anthropic_version']!r} is not supported by this model")
    if not isinstance(body["max_tokens"], int) or body["max_tokens"] < 1:
        raise Refused("max_tokens: Input should be greater than or equal to 1")
    if body.get("output_config", {}).get("effort", "low") not in EFFORTS:
        raise Refused(f"output_config.effort: Input should be one of {', '.join(EFFORTS)}")
    if body.get("thinking", {}).get("type", THINKING[0]) not in THINKING:
        raise Refused(f"thinking.type: this model takes {', '.join(THINKING)}")


def _check_marks(body: Body) -> None:
    marked = [(role, block) for role, block in parts(body) if MARK in block]
    marks = [block[MARK] for _, block in marked] + ([body[MARK]] if MARK in body else [])
    if len(marks) > MOST_MARKS:
        raise Refused(f"A maximum of {MOST_MARKS} blocks with cache_control may be provided. Found {len(marks)}.")
    if any(mark not in MARKS for mark in marks):
        raise Refused("cache_control: Input should be {'type': 'ephemeral'}, with a ttl of '5m' or '1h'")
    if any("thinking" in block.get("type", "") for _, block in marked):
        raise Refused("cache_control cannot be set for thinking blocks")
    if (number := first_strange(body)) is not None:
        raise Refused(
            f"messages: block {number}: Invalid `signature` in `thinking` block. The block is bound to a different "
            "conversation."
        )


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


def _check_messages(messages: list[Body], paused: Sequence[Sequence[Body]]) -> None:
    if not messages:
        raise Refused("messages: at least one message is required")
    for n, message in enumerate(messages):
        if message.get("role") != ("user", "assistant")[n % 2]:
            raise Refused('messages: roles must alternate between "user" and "assistant", starting with "user"')
        _check_content(n, blocks(message))
    last = blocks(messages[-1])
    if messages[-1]["role"] != "user" and not any(last[-len(content) :] == list(content) for content in paused):
        raise Refused("This model does not support assistant message prefill. It must end with a user message.")
    _check_pairs(messages)


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
