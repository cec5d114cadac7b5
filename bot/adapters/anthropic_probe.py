"""One token of a model, and what stands in the way of it. Nothing is tried twice."""

import asyncio
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

import httpx2
from anthropic import AnthropicError, APIConnectionError, APIStatusError
from botocore.exceptions import BotoCoreError, ClientError

from bot.adapters.anthropic_client import retry_after
from bot.errors import ModelUnavailable
from bot.untrusted import redact

REASONS: Mapping[type[BaseException], str] = MappingProxyType(
    {
        socket.gaierror: "there is no such host",
        ConnectionRefusedError: "nothing listens at this address",
        ssl.SSLError: "no TLS connection can be made: its certificate, or something between",
        TimeoutError: "no answer in time",
        httpx2.TimeoutException: "no answer in time",
        ConnectionResetError: "the connection was closed at once",
    }
)
"""By what the system says."""
LONGEST = 200
"""Characters of the service's own sentence."""


class Trouble(StrEnum):
    """Why there was no answer. Types and texts as in AWS docs, "Amazon Bedrock API error codes", and the Claude API's
    "Errors".
    """

    NONE = "none"
    NO_CREDENTIALS = "no credentials"
    EXPIRED = "credentials expired"
    CREDENTIALS = "credentials refused"
    DENIED = "access denied"
    NOT_FOUND = "model not found"
    ON_DEMAND = "needs an inference profile"
    THROTTLED = "throttled"
    BILLING = "no credit"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    OVERLOADED = "overloaded"


@dataclass(frozen=True, slots=True)
class Probed:
    """`seconds` to the end of the answer; `said` is the service's own sentence, without secrets."""

    trouble: Trouble
    seconds: float
    said: str = ""
    retry_after: float | None = None


class Client(Protocol):
    """The part that all clients of the SDK share."""

    @property
    def messages(self) -> Any:
        """The Messages API."""
        ...

    def with_options(self, *, max_retries: int) -> Any:
        """The same client, less patient."""
        ...


async def probe(client: Client, model_id: str, body: object = None, headers: Mapping[str, str] | None = None) -> Probed:
    """Asks for one token as the bot asks: streamed, since a role may be allowed nothing else. Never raises for what
    the service, the network or the credentials do.
    """
    began = asyncio.get_running_loop().time()

    def probed(trouble: Trouble, said: str = "", wait: float | None = None) -> Probed:
        return Probed(trouble, asyncio.get_running_loop().time() - began, redact(said)[:LONGEST], wait)

    try:
        async with await client.with_options(max_retries=0).messages.create(
            model=model_id,
            max_tokens=1,
            messages=[{"role": "user", "content": "Say: ok"}],
            stream=True,
            extra_body=body,
            extra_headers=headers,
        ) as stream:
            async for _ in stream:
                pass
    except ModelUnavailable as patient:  # the client's own: the service asks for a long wait
        return probed(Trouble.THROTTLED, patient.what, patient.retry_after)
    except APIStatusError as error:
        return probed(_answered(error), _sentence(error), retry_after(error.response.headers))
    except (APIConnectionError, httpx2.HTTPError, OSError) as error:
        return probed(Trouble.UNREACHABLE, _in_words(error))
    except (BotoCoreError, ClientError, RuntimeError) as error:  # with nothing to sign with the SDK says RuntimeError
        kind = (
            Trouble.EXPIRED if "Expired" in type(error).__name__ or "expired" in str(error) else Trouble.NO_CREDENTIALS
        )
        return probed(kind)
    except (AnthropicError, ValueError, AttributeError, KeyError, TypeError) as error:
        return probed(Trouble.REFUSED, f"the answer could not be read ({type(error).__name__})")
    return probed(Trouble.NONE)


def _in_words(error: BaseException) -> str:
    """Why nothing was reached. The SDK wraps what the system says several times; each address tried adds an error."""
    chain = list(_chain(error))
    found = (words for kind, words in REASONS.items() if any(isinstance(one, kind) for one in chain))
    return next(found, "the connection broke")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inner or error.__cause__ or error.__context__


def _answered(error: APIStatusError) -> Trouble:
    kind, said = _kind(error), _sentence(error).lower()
    if "expired" in kind.lower() or "token is expired" in said or "token has expired" in said:
        return Trouble.EXPIRED
    if kind in {"UnrecognizedClientException", "InvalidSignatureException", "authentication_error"}:
        return Trouble.CREDENTIALS
    if "on-demand throughput" in said:
        return Trouble.ON_DEMAND
    if "credit balance" in said or kind == "billing_error":
        return Trouble.BILLING
    if "model identifier is invalid" in said or error.status_code == 404:
        return Trouble.NOT_FOUND
    return _by_status(error.status_code)


def _by_status(status: int) -> Trouble:
    known = {401: Trouble.CREDENTIALS, 403: Trouble.DENIED, 429: Trouble.THROTTLED}
    return known.get(status) or (Trouble.OVERLOADED if status >= 500 else Trouble.REFUSED)


def _kind(error: APIStatusError) -> str:
    return error.type or error.response.headers.get("x-amzn-errortype", "").partition(":")[0]


def _sentence(error: APIStatusError) -> str:
    """What the service says; of something else that answers, such as a page of another server, its status."""
    own = error.body.get("message") if isinstance(error.body, dict) else None
    return str(own or error.api_message or f"HTTP {error.status_code}, without a reason that could be read")
