"""What goes wrong between us and Bedrock, as the core hears it."""

from pathlib import Path

import pytest

from bot.adapters.anthropic_client import LONGEST_WAIT, RETRIES, bedrock_client
from bot.adapters.anthropic_model import AnthropicModel
from bot.errors import BadInput, ModelUnavailable
from sandbox.bedrock.turns import Fault, Turn, broken_stream, hung_up, throttled, unavailable
from tests.bot.adapters.anthropic_stand_in import MODEL, World, asking, model_at
from tests.canaries import canaries

SOON = 0.001


pytestmark = pytest.mark.usefixtures("aws_keys")


async def test_throttling_is_waited_out(claude: World) -> None:
    claude.switch.say(Turn("Hello."))
    claude.switch.faults.extend([throttled(SOON), unavailable(SOON)])
    reply = await claude.model.turn(asking())
    assert reply.text == "Hello."
    assert claude.switch.count == 3


async def test_throttling_that_does_not_end_is_unavailable(claude: World) -> None:
    claude.switch.faults.extend([throttled(SOON)] * 10)
    with pytest.raises(ModelUnavailable, match="ThrottlingException: Too many requests") as told:
        await claude.model.turn(asking())
    assert told.value.retry_after == SOON
    assert claude.switch.count == RETRIES + 1


async def test_a_long_wait_is_handed_to_the_workflow(claude: World) -> None:
    claude.switch.faults.append(throttled(3600))
    with pytest.raises(ModelUnavailable, match="wait 3600 seconds") as told:
        await claude.model.turn(asking())
    assert told.value.retry_after == 3600 > LONGEST_WAIT
    assert claude.switch.count == 1


async def test_a_prompt_that_bedrock_cannot_use_is_bad_input(claude: World) -> None:
    with pytest.raises(BadInput, match="must contain non-whitespace text") as told:
        await claude.model.turn(asking(""))
    assert claude.switch.count == 1
    assert told.value.what.startswith("Bedrock refused the prompt: messages")


@pytest.mark.parametrize(
    ("type_", "status", "words"),
    [
        ("AccessDeniedException", 403, "refused our credentials or our access"),
        ("UnrecognizedClientException", 403, "refused our credentials"),
        ("MissingAuthenticationTokenException", 401, "refused our credentials"),
        ("ResourceNotFoundException", 404, "knows no such model"),
        ("ServiceQuotaExceededException", 400, "could not answer"),
        ("ModelErrorException", 424, "could not answer"),
    ],
)
async def test_what_is_not_the_prompts_fault_is_unavailable(claude: World, type_: str, status: int, words: str) -> None:
    claude.switch.faults.append(Fault(type_, "Because.", status))
    with pytest.raises(ModelUnavailable, match=rf"{words}.*\({type_}: Because\)"):
        await claude.model.turn(asking())
    assert claude.switch.count == 1


@pytest.mark.parametrize("after_events", range(1, 8))
async def test_an_error_in_the_middle_of_the_stream_keeps_nothing(claude: World, after_events: int) -> None:
    claude.switch.say(Turn("Hello.", [("google__get_user", "{}")]))
    for fault in (broken_stream(after_events), hung_up(after_events)):
        claude.switch.faults.append(fault)
        with pytest.raises(ModelUnavailable):
            await claude.model.turn(asking())
    assert claude.switch.count == 2
    assert (await claude.model.turn(asking())).text == "Hello."


async def test_a_stream_that_is_throttled_in_the_middle_names_the_reason(claude: World) -> None:
    claude.switch.faults.append(broken_stream(3, "throttlingException"))
    with pytest.raises(ModelUnavailable, match="throttlingException: The model stream broke off"):
        await claude.model.turn(asking())


async def test_a_prompt_refused_inside_the_stream_is_bad_input(claude: World) -> None:
    claude.switch.faults.append(broken_stream(1, "validationException"))
    with pytest.raises(BadInput, match="broke off"):
        await claude.model.turn(asking())


async def test_nobody_at_the_address_is_unavailable() -> None:
    async with bedrock_client("eu-west-1", "http://127.0.0.1:9") as client:
        model = AnthropicModel(client.with_options(max_retries=0), MODEL, 1000)
        with pytest.raises(ModelUnavailable, match="connection to Bedrock broke"):
            await model.turn(asking())


async def test_no_credentials_are_unavailable(claude: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    async with model_at(claude.url, region="eu-south-2") as model:
        with pytest.raises(ModelUnavailable, match="no usable AWS credentials"):
            await model.turn(asking())
    assert claude.switch.count == 0


def test_the_address_is_the_regions_own_unless_it_is_given() -> None:
    assert str(bedrock_client("eu-west-3").base_url) == "https://bedrock-runtime.eu-west-3.amazonaws.com"
    assert str(bedrock_client("eu-west-3", "http://127.0.0.1:1/b").base_url) == "http://127.0.0.1:1/b/"


async def test_a_secret_in_a_refusal_is_redacted_before_it_is_cut(claude: World) -> None:
    canary = next(one for one in canaries() if one.kind == "GitHub token")
    claude.switch.faults.append(Fault("ValidationException", f"{'x ' * 142} {canary.text}", 400))
    with pytest.raises(BadInput) as told:
        await claude.model.turn(asking())
    assert canary.text[:10] not in str(told.value)
