"""Policy files in the older JSON form are read as they are."""

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from bot.errors import BadInput
from bot.models.policy import Allow, Decision, Deny, MustAsk, RuleEffect
from bot.models.question import Question
from bot.models.requirement import Effect
from bot.policy import decide
from bot.policy_file import parse
from bot.policy_seeds import SHIPPED_ASK
from tests.factories import NOW

OLDER: list[dict[str, Any]] = [
    {"name": "aws", "categories": ["aws_role_access"]},
    {"name": "accounts", "categories": ["user_account_access"], "require_approval": True, "deny": False},
    {"name": "accounts", "categories": ["user_account_access"]},
    {"name": "no big ones", "min_amount": 1000, "tools": ["pay"], "deny": True, "environments": None},
    {"name": "dev is free", "environments": ["dev"], "require_approval": False},
    {"name": "live", "resource_prefixes": ["live/"], "tools": [], "max_amount": None},
]


def older(*rules: dict[str, Any], **more: Any) -> str:
    return json.dumps({"rules": list(rules), **more}, indent=1)


def said(arguments: str = "{}", tool: str = "bank__look", **facts: Any) -> Decision:
    facts = {"takes": frozenset({"amount", "environment", "path"}), **facts}
    return decide(Question(tool, Effect.WRITE, arguments, NOW, **facts), parse(older(*OLDER), "policy.json"))


def test_rules_become_asks_denials_and_allowances() -> None:
    policy = parse(older(*OLDER), "policy.json")
    ask, deny, allow = RuleEffect.ASK, RuleEffect.DENY, RuleEffect.ALLOW
    assert [rule.effect for rule in policy.rules] == [ask, ask, ask, deny, allow, ask]
    assert [rule.name for rule in policy.rules][1:3] == ["accounts", "accounts (2)"]
    assert policy.rules[3].tools == ("pay", "*__pay")
    assert policy.rules[5].tools == ()


def test_they_decide_as_they_say() -> None:
    assert isinstance(said('{"environment":"dev"}', category="other"), Allow)
    assert isinstance(said('{"environment":"dev"}', category="aws_role_access"), MustAsk)
    assert isinstance(said('{"amount":1000,"environment":"dev"}', tool="bank__pay"), Deny)
    assert isinstance(said('{"amount":999,"environment":"dev"}', tool="bank__pay"), Allow)
    assert isinstance(said('{"environment":"dev","path":"live/x"}', target="path"), MustAsk)


def test_what_no_rule_speaks_of_is_asked_about_by_the_people_of_the_shipped_policy() -> None:
    asked = said('{"environment":"prod"}')
    assert isinstance(asked, MustAsk)
    assert asked.requirement.clauses == SHIPPED_ASK.clauses
    shipped = resources.files("bot").joinpath("policies/default.yml").read_text(encoding="utf-8")
    assert parse(shipped, "default.yml").default_ask == SHIPPED_ASK


def test_defaults_may_stand_beside_them() -> None:
    text = older(OLDER[1], {"name": "new", "effect": "deny"}, defaults={"ask": {"approvers": ["@owners"]}})
    policy = parse(text, "policy.json")
    assert policy.default_ask.clauses[0].groups == ("@owners",)
    assert [rule.effect for rule in policy.rules] == [RuleEffect.ASK, RuleEffect.DENY]


def test_a_whole_file_of_them_may_have_defaults() -> None:
    policy = parse(older(*OLDER, defaults={"ask": {"approvers": ["@owners"]}}), "policy.json")
    assert policy == replace(parse(older(*OLDER), "policy.json"), default_ask=policy.default_ask)
    assert policy.default_ask.clauses[0].groups == ("@owners",)


def test_beside_defaults_a_rule_without_an_effect_is_not_guessed_to_be_of_this_form() -> None:
    with pytest.raises(BadInput, match="the rule has no effect"):
        parse(older(OLDER[0], defaults={"ask": {"approvers": ["@owners"]}}), "policy.json")


def test_a_rule_without_a_name_gets_its_number() -> None:
    assert [rule.name for rule in parse(older({"deny": True}, {"deny": True}), "p.json").rules] == ["rule 1", "rule 2"]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ({"name": "a", "effects": ["write"]}, "there is no field 'effects'"),
        ({"name": "a", "deny": "yes"}, "true or false"),
        ({"name": "a", "min_amount": "5"}, "should be a number"),
        ({"name": "a", "require_approval": False, "tools": []}, "the list is empty"),
        ({"name": "a", "min_amount": 5, "max_amount": 4}, "larger than max_amount"),
    ],
)
def test_nothing_in_them_is_guessed(rule: dict[str, Any], what: str) -> None:
    with pytest.raises(BadInput, match=what):
        parse(older(rule), "policy.json")


def test_a_free_tool_is_free_on_the_server_that_is_named_only() -> None:
    free = older({"name": "a", "tools": ["pay", "bank__look"], "require_approval": False})
    policy = parse(free, "policy.json")
    for tool, expected in {"bank__look": Allow, "bank__pay": MustAsk, "evil__pay": MustAsk}.items():
        assert isinstance(decide(Question(tool, Effect.WRITE, "{}", NOW), policy), expected)
