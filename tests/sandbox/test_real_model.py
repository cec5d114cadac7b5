"""The demo asks a real model only when this machine has a key for it, and nobody forbids it."""

from pathlib import Path

import pytest

from sandbox.__main__ import bot_environment
from sandbox.real_model import STAND_IN, choose

AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_REGION": "eu-west-1"}
KEY = {"ANTHROPIC_API_KEY": "sk-ant-synthetic"}
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-mine",
    "GOOGLE_TOKEN_JSON": "mine",
    "POLICY_PATH": "/mine.yml",
    "DATABASE_URL": "mine",
}


def chosen(inherited: dict[str, str], *, stand_in: bool = False) -> tuple[str, dict[str, str]]:
    choice = choose(inherited, bot_environment(inherited, "http://127.0.0.1:1", Path("/demo")), stand_in=stand_in)
    assert choice.is_real is (choice.words != STAND_IN)
    return choice.words, dict(choice.environment)


@pytest.mark.parametrize("given", [{}, {"AWS_REGION": "eu-west-1"}, {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}, SLACK])
def test_without_a_key_the_stand_in_answers(given: dict[str, str]) -> None:
    assert chosen(given) == (STAND_IN, bot_environment({}, "http://127.0.0.1:1", Path("/demo")))


def test_the_stand_in_can_be_insisted_on() -> None:
    words, environment = chosen(AWS | KEY, stand_in=True)
    assert (words, environment["AWS_ACCESS_KEY_ID"]) == (STAND_IN, "AKIASANDBOXSANDBOX00")
    assert "ANTHROPIC_API_KEY" not in environment


def test_a_key_of_anthropic_is_used_before_credentials_of_aws() -> None:
    words, environment = chosen(AWS | KEY)
    assert words == "Claude Sonnet 5.5 (Claude's API)"
    assert (environment["COUNTERSIGN_MODEL_KIND"], environment["ANTHROPIC_API_KEY"]) == (
        "anthropic",
        "sk-ant-synthetic",
    )
    assert not {"MODEL_BASE_URL", "BEDROCK_MODEL_ID", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & set(environment)


def test_credentials_of_aws_are_used_with_their_region() -> None:
    words, environment = chosen(AWS | {"AWS_SESSION_TOKEN": "s", "BEDROCK_MODEL_ID": "eu.anthropic.claude-opus-4-8"})
    assert words == "eu.anthropic.claude-opus-4-8 (Amazon Bedrock, eu-west-1)"
    assert environment["COUNTERSIGN_MODEL_KIND"] == "bedrock"
    assert AWS.items() <= environment.items()
    assert (environment["AWS_SESSION_TOKEN"], "MODEL_BASE_URL" in environment) == ("s", False)


@pytest.mark.parametrize(
    "given",
    [
        {"AWS_PROFILE": "dev"},
        {"AWS_BEARER_TOKEN_BEDROCK": "key"},
        {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/demo", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
    ],
)
def test_any_kind_of_credentials_is_enough(given: dict[str, str]) -> None:
    words, environment = chosen(given)
    assert words == "Claude Sonnet 5.5 (Amazon Bedrock, us-east-1)"
    assert given.items() <= environment.items()


def test_the_kind_that_is_set_wins_when_there_is_a_key_for_it() -> None:
    kind = "COUNTERSIGN_MODEL_KIND"
    assert chosen(AWS | KEY | {kind: "bedrock-mantle"})[1][kind] == "bedrock-mantle"
    assert chosen(AWS | {kind: "anthropic"})[1][kind] == "bedrock"


def test_nothing_but_the_model_is_of_this_machine() -> None:
    environment = chosen(SLACK | KEY)[1]
    assert not set(SLACK.values()) & set(environment.values())
    assert environment["SLACK_API_URL"] == "http://127.0.0.1:1/api/"
