"""One token of the model: what stands in the way is told apart, so that each has its own remedy."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from socket import gaierror
from ssl import SSLCertVerificationError

import pytest
from aiohttp import web
from anthropic import APIConnectionError, AsyncAnthropicBedrock
from httpx2 import Request

from bot.adapters.anthropic_client import bedrock_client
from bot.adapters.anthropic_probe import Trouble, probe
from bot.wiring.doctor.model import MENDS
from sandbox.bedrock.server import add_routes
from sandbox.bedrock.switch import ModelSwitch
from sandbox.bedrock.turns import Fault
from sandbox.clock import SystemClock
from sandbox.steps import StepLog
from tests.bot.adapters.anthropic_stand_in import MODEL, served


@dataclass(frozen=True)
class Raising:
    """A client that reaches nothing."""

    error: Exception

    @property
    def messages(self) -> "Raising":
        return self

    def with_options(self, *, max_retries: int) -> "Raising":
        assert max_retries == 0
        return self

    async def create(self, **_: object) -> None:
        raise self.error


BODY = {"anthropic_version": "bedrock-2023-05-31"}


@pytest.fixture
def switch() -> ModelSwitch:
    return ModelSwitch()


@pytest.fixture
async def client(switch: ModelSwitch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncAnthropicBedrock]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox-secret-key")
    app = web.Application()
    add_routes(app, switch, StepLog(SystemClock()))
    async with served(app) as url, bedrock_client("us-east-1", f"{url}/bedrock") as client:
        yield client


async def test_it_asks_for_one_token_streamed_and_once(client: AsyncAnthropicBedrock, switch: ModelSwitch) -> None:
    found = await probe(client, MODEL, BODY)
    [asked] = switch.requests
    assert (found.trouble, found.said, found.seconds > 0) == (Trouble.NONE, "", True)
    assert (asked.body["max_tokens"], asked.operation) == (1, "invoke-with-response-stream")


@pytest.mark.parametrize(
    ("status", "kind", "message", "trouble"),
    [
        (403, "AccessDeniedException", "You don't have access to the model with the specified model ID.", "DENIED"),
        (403, "UnrecognizedClientException", "The security token included in the request is invalid.", "CREDENTIALS"),
        (403, "ExpiredTokenException", "The security token included in the request is expired", "EXPIRED"),
        (404, "ResourceNotFoundException", "Model not found", "NOT_FOUND"),
        (400, "ValidationException", "The provided model identifier is invalid.", "NOT_FOUND"),
        (
            400,
            "ValidationException",
            "Invocation of model ID m with on-demand throughput isn't supported. Retry with an inference profile.",
            "ON_DEMAND",
        ),
        (429, "ThrottlingException", "Too many tokens, please wait before trying again.", "THROTTLED"),
        (503, "ServiceUnavailableException", "Bedrock is unable to process your request.", "OVERLOADED"),
        (400, "ValidationException", "max_tokens: too many", "REFUSED"),
        (400, "invalid_request_error", "Your credit balance is too low to access the API.", "BILLING"),
    ],
)
async def test_each_refusal_is_told_apart(
    client: AsyncAnthropicBedrock, switch: ModelSwitch, status: int, kind: str, message: str, trouble: str
) -> None:
    switch.faults.append(Fault(type=kind, message=message, status=status))
    found = await probe(client, MODEL, BODY)
    assert (found.trouble.name, found.said) == (trouble, message[:200])
    assert len(switch.requests) == 1


async def test_a_long_wait_is_throttling(client: AsyncAnthropicBedrock, switch: ModelSwitch) -> None:
    switch.faults.append(Fault(type="ThrottlingException", message="slow", status=429, retry_after=90))
    found = await probe(client, MODEL, BODY)
    assert (found.trouble, found.retry_after) == (Trouble.THROTTLED, 90)


async def test_a_service_that_is_not_there_is_unreachable(client: AsyncAnthropicBedrock) -> None:
    gone = client.with_options(base_url="http://127.0.0.1:1")
    found = await probe(gone, MODEL, BODY)
    assert (found.trouble, found.said) == (Trouble.UNREACHABLE, "nothing listens at this address")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ExceptionGroup("attempts", [OSError(), ConnectionRefusedError()]), "the connection broke"),
        (ExceptionGroup("attempts", [ConnectionRefusedError(), OSError()]), "nothing listens at this address"),
        (TimeoutError(), "no answer in time"),
        (gaierror(-2, "Name or service not known"), "there is no such host"),
        (SSLCertVerificationError(), "no TLS connection can be made: its certificate, or something between"),
    ],
)
async def test_why_nothing_was_reached_is_said_in_words(error: Exception, said: str) -> None:
    outer = APIConnectionError(request=Request("POST", "http://127.0.0.1:1"))
    outer.__cause__ = OSError("All connection attempts failed")
    outer.__cause__.__cause__ = error
    found = await probe(Raising(outer), MODEL, BODY)
    assert (found.trouble, found.said) == (Trouble.UNREACHABLE, said)


async def test_a_wrong_address_is_told_with_its_status(client: AsyncAnthropicBedrock) -> None:
    async with served(web.Application()) as url:
        found = await probe(client.with_options(base_url=url), MODEL, BODY)
    assert found.trouble is Trouble.NOT_FOUND
    assert "404" in found.said


async def test_without_credentials_nothing_is_sent(switch: ModelSwitch, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    async with bedrock_client("eu-south-1", "http://127.0.0.1:1") as client:  # the SDK keeps keys by region
        assert (await probe(client, MODEL, BODY)).trouble is Trouble.NO_CREDENTIALS


def test_every_trouble_has_its_remedy() -> None:
    assert {trouble.value for trouble in Trouble} - {"none"} == set(MENDS)
