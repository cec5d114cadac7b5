"""What can be set about the model and its budgets, and what is said when it is wrong."""

import pytest

from bot.errors import BadInput
from bot.settings import Settings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
GUARDRAIL = {"COUNTERSIGN_GUARDRAIL_ID": "gr4rd9qkzv0u", "COUNTERSIGN_GUARDRAIL_VERSION": "1"}


def load(**environ: str) -> Settings:
    return Settings.load(TOKENS | environ)


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("bedrock", "global.anthropic.claude-sonnet-5-5"),
        ("bedrock-mantle", "anthropic.claude-sonnet-5-5"),
        ("anthropic", "claude-sonnet-5-5"),
    ],
)
def test_every_kind_has_its_own_name_for_the_model(kind: str, model: str) -> None:
    given = {"COUNTERSIGN_MODEL_KIND": kind, "ANTHROPIC_API_KEY": "sk-ant-synthetic"}
    assert load(**given).model_id == model
    assert load(**given, BEDROCK_MODEL_ID="mine").model_id == "mine"


@pytest.mark.parametrize(
    ("given", "where", "said"),
    [
        ({"COUNTERSIGN_MODEL_KIND": "openai"}, "COUNTERSIGN_MODEL_KIND", "write bedrock, bedrock-mantle or anthropic"),
        ({"COUNTERSIGN_MODEL_KIND": "anthropic"}, "ANTHROPIC_API_KEY", "needs a key"),
        ({"COUNTERSIGN_EFFORT": "huge"}, "COUNTERSIGN_EFFORT", "write low, medium, high, xhigh or max"),
        ({"COUNTERSIGN_THINKING": "disabled"}, "COUNTERSIGN_THINKING", "write adaptive or between_tools"),
        ({"MODEL_BASE_URL": "bedrock.example.com"}, "MODEL_BASE_URL", "it begins with https://"),
        (GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_ID": ""}, "COUNTERSIGN_GUARDRAIL_ID", "not a guardrail's id"),
        (GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_ID": "My Guard"}, "COUNTERSIGN_GUARDRAIL_ID", "not a guardrail's id"),
        (GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_VERSION": ""}, "COUNTERSIGN_GUARDRAIL_VERSION", "or DRAFT"),
        (GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_VERSION": "latest"}, "COUNTERSIGN_GUARDRAIL_VERSION", "or DRAFT"),
        (
            GUARDRAIL | {"COUNTERSIGN_MODEL_KIND": "bedrock-mantle"},
            "COUNTERSIGN_GUARDRAIL_ID",
            "only Bedrock's InvokeModel",
        ),
        ({"COUNTERSIGN_MAX_TOKENS": "10"}, "COUNTERSIGN_MAX_TOKENS", "256 or more"),
        ({"COUNTERSIGN_REQUEST_TOKENS": "all"}, "COUNTERSIGN_REQUEST_TOKENS", "256 or more"),
        ({"COUNTERSIGN_USER_DAY_TOKENS": "0"}, "COUNTERSIGN_USER_DAY_TOKENS", "empty: no limit"),
        ({"COUNTERSIGN_CHANNEL_DAY_TOKENS": "-5"}, "COUNTERSIGN_CHANNEL_DAY_TOKENS", "empty: no limit"),
        ({"COUNTERSIGN_DAY_TOKENS": "2 million"}, "COUNTERSIGN_DAY_TOKENS", "digits alone"),
        ({"COUNTERSIGN_MONTH_TOKENS": "2e6"}, "COUNTERSIGN_MONTH_TOKENS", "digits alone"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_write(given: dict[str, str], where: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(**given)
    assert (where in str(refused.value), said in str(refused.value)) == (True, True)


@pytest.mark.parametrize(
    "given",
    [
        GUARDRAIL,
        GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_VERSION": "DRAFT"},
        GUARDRAIL | {"COUNTERSIGN_GUARDRAIL_ID": "arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr4rd9qkzv0u"},
        {"COUNTERSIGN_EFFORT": "xhigh", "COUNTERSIGN_THINKING": "between_tools"},
        {"MODEL_BASE_URL": "http://127.0.0.1:8899/bedrock"},
        {"COUNTERSIGN_MONTH_TOKENS": "20000000"},
    ],
)
def test_what_fits_is_taken(given: dict[str, str]) -> None:
    assert load(**given).slack_bot_token == "xoxb-1"


def test_a_key_is_not_shown() -> None:
    settings = load(COUNTERSIGN_MODEL_KIND="anthropic", ANTHROPIC_API_KEY="sk-ant-synthetic")
    assert (settings.anthropic_key, "sk-ant" in repr(settings)) == ("sk-ant-synthetic", False)
