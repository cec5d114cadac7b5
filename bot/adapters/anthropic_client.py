"""The Anthropic SDK's client for Bedrock, with bounded patience."""

from importlib import import_module
from typing import Any

import httpx2
from anthropic import APIRequest, AsyncAnthropicBedrock, AsyncAPIResponse, AsyncCallNext

from bot.errors import ModelUnavailable

RETRIES = 3
"""Of throttling, HTTP 5xx and failed connections, half a second to eight seconds apart, before the stream begins."""
LONGEST_WAIT = 30.0
"""Seconds. Bedrock may ask for any wait; the SDK would sleep it off with the request in hand, the workflow parks it."""


def bedrock_client(region: str, base_url: str = "", *, silence: float = 60.0) -> AsyncAnthropicBedrock:
    """A client for InvokeModel. Credentials come from where boto3 finds them, or from AWS_BEARER_TOKEN_BEDROCK.

    `silence` is how many seconds may pass without a byte. The SDK does not look into the environment for the address
    or the region, because both are given here.
    """
    import_module("boto3")  # a second that the SDK would take out of the first person's request
    return AsyncAnthropicBedrock(
        aws_region=region,
        base_url=base_url or f"https://bedrock-runtime.{region}.amazonaws.com",
        timeout=httpx2.Timeout(connect=5.0, read=silence, write=30.0, pool=30.0),
        max_retries=RETRIES,
        middleware=[_refuse_long_waits],
    )


def retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds that the answer asks to wait (RFC 9110, 10.2.3, in seconds), or None."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


async def _refuse_long_waits(request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
    response = await call_next(request)
    wait = retry_after(response.headers)
    if response.status_code < 400 or wait is None or wait <= LONGEST_WAIT:
        return response
    await response.close()
    raise ModelUnavailable(f"Bedrock asks to wait {wait:.0f} seconds (HTTP {response.status_code})", retry_after=wait)
