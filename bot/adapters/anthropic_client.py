"""The Anthropic SDK's clients for Bedrock, Mantle and Claude's own API, with bounded patience."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

import httpx2
from anthropic import (
    APIRequest,
    AsyncAnthropic,
    AsyncAnthropicBedrock,
    AsyncAnthropicBedrockMantle,
    AsyncAPIResponse,
    AsyncCallNext,
)

from bot.errors import ModelUnavailable

RETRIES = 3
"""Of throttling, HTTP 5xx and failed connections, half a second to eight seconds apart, before the stream begins."""
LONGEST_WAIT = 30.0
"""Seconds. The service may ask for any wait; the SDK would sleep it off with the request in hand, the workflow parks
it."""
MESSAGES_VERSION = "2023-06-01"
"""Every Claude model and every gateway takes it; the SDK's own is refused by older models (Claude docs: "Versions")."""

Client: TypeAlias = AsyncAnthropicBedrock | AsyncAnthropicBedrockMantle | AsyncAnthropic


class Kind(StrEnum):
    """Whom we ask: Bedrock's InvokeModel, the Messages API that Bedrock serves (Mantle), or Anthropic itself."""

    BEDROCK = "bedrock"
    MANTLE = "bedrock-mantle"
    CLAUDE = "anthropic"

    @property
    def service(self) -> str:
        """Its name in sentences."""
        return "Claude's API" if self is Kind.CLAUDE else "Bedrock"


BODIES: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {Kind.BEDROCK: MappingProxyType({"anthropic_version": "bedrock-2023-05-31"})}
)
"""What a request's body says besides the message. InvokeModel has its API version there, and only this one is taken by
every Claude model; the SDK would send a newer one."""


def bedrock_client(region: str, base_url: str = "", *, silence: float = 60.0) -> AsyncAnthropicBedrock:
    """A client for InvokeModel. Credentials come from where boto3 finds them, or from AWS_BEARER_TOKEN_BEDROCK.

    `silence` is how many seconds may pass without a byte. The SDK does not look into the environment for the address
    or the region, because both are given here.
    """
    import_module("boto3")  # a second that the SDK would take out of the first person's request
    return AsyncAnthropicBedrock(
        aws_region=region,
        base_url=base_url or f"https://bedrock-runtime.{region}.amazonaws.com",
        timeout=_timeout(silence),
        max_retries=RETRIES,
        middleware=[_patience(Kind.BEDROCK)],
    )


def mantle_client(region: str, base_url: str = "", *, silence: float = 60.0) -> AsyncAnthropicBedrockMantle:
    """A client for the Messages API of Bedrock; credentials and `silence` as for `bedrock_client`."""
    import_module("boto3")
    return AsyncAnthropicBedrockMantle(
        aws_region=region,
        base_url=base_url or f"https://bedrock-mantle.{region}.api.aws/anthropic",
        default_headers={"anthropic-version": MESSAGES_VERSION},
        timeout=_timeout(silence),
        max_retries=RETRIES,
        middleware=[_patience(Kind.MANTLE)],
    )


def claude_client(key: str, base_url: str = "", *, silence: float = 60.0) -> AsyncAnthropic:
    """A client for Claude's own API, or for a gateway that speaks it; `silence` as for `bedrock_client`."""
    return AsyncAnthropic(
        api_key=key,
        base_url=base_url or "https://api.anthropic.com",
        default_headers={"anthropic-version": MESSAGES_VERSION},
        timeout=_timeout(silence),
        max_retries=RETRIES,
        middleware=[_patience(Kind.CLAUDE)],
    )


def client_of(kind: Kind, region: str, base_url: str = "", key: str = "") -> Client:
    """The client of that kind; it uses either the region or the key."""
    if kind is Kind.CLAUDE:
        return claude_client(key, base_url)
    return mantle_client(region, base_url) if kind is Kind.MANTLE else bedrock_client(region, base_url)


def retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds that the answer asks to wait (RFC 9110, 10.2.3, in seconds), or None."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def _timeout(silence: float) -> httpx2.Timeout:
    return httpx2.Timeout(connect=5.0, read=silence, write=30.0, pool=30.0)


def _patience(kind: Kind) -> Callable[[APIRequest, AsyncCallNext], Awaitable[AsyncAPIResponse[Any]]]:
    async def refuse_long_waits(request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
        response = await call_next(request)
        wait = retry_after(response.headers)
        if response.status_code < 400 or wait is None or wait <= LONGEST_WAIT:
            return response
        await response.close()
        what = f"{kind.service} asks to wait {wait:.0f} seconds (HTTP {response.status_code})"
        raise ModelUnavailable(what, retry_after=wait)

    return refuse_long_waits
