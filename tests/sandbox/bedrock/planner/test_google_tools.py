"""Sentences of the demo against the tools that the Google server really offers."""

import json
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from sandbox.bedrock.planner.plan import plan
from tests.sandbox.bedrock.planner.talk import Result, converse, ok

GOLDEN = Path(__file__).parents[3] / "mcp_tools" / "google_admin" / "golden" / "tools.json"
TOOLS = [
    {"name": f"google__{tool['name']}", "description": tool["description"], "input_schema": tool["inputSchema"]}
    for tool in sorted(json.loads(GOLDEN.read_text(encoding="utf-8")), key=itemgetter("name"))  # as the bot offers them
]
LEAVER, OPS, ROBIN = "leaver@example.com", "ops@example.com", "robin@example.com"
AWS = "arn:aws:iam::123456789012"
READER = {"admin_role": f"{AWS}:role/Reader", "identity_provider": f"{AWS}:saml-provider/Google"}
SAID = f"{READER['admin_role']} with {READER['identity_provider']}"
ULTRA = "Google AI Ultra for Business"
TABLE: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    (f"suspend {LEAVER}", [("suspend_user", {"user_key": LEAVER})]),
    (f"disable {LEAVER}", [("suspend_user", {"user_key": LEAVER})]),
    (f"look up {LEAVER}", [("get_user", {"user_key": LEAVER})]),
    (f"tell me about {LEAVER}", [("get_user", {"user_key": LEAVER})]),
    (f"look up {LEAVER} in the directory", [("get_user", {"user_key": LEAVER})]),
    (f"is {LEAVER} suspended?", [("get_user", {"user_key": LEAVER})]),
    ("who is suspended?", [("list_users", {"suspended": True})]),
    ("find Lea Verheyen and suspend her", [("list_users", {"name_contains": "Lea Verheyen"})]),
    ("suspend Lea Verheyen", [("list_users", {"name_contains": "Lea Verheyen"})]),
    (
        "create an account for Jo Doe, jo.doe@example.com",
        [("add_user", {"primary_email": "jo.doe@example.com", "first_name": "Jo", "last_name": "Doe"})],
    ),
    (f"reset the password of {LEAVER}", [("reset_password", {"user_key": LEAVER})]),
    (f"reset 2fa of {LEAVER}", [("reset_2fa", {"user_key": LEAVER})]),
    ("reset the 2FA of Lea Verheyen", [("list_users", {"name_contains": "Lea Verheyen"})]),
    (f"turn off 2fa for {LEAVER}", [("turn_off_2fa", {"user_key": LEAVER})]),
    (f"disable 2fa of {LEAVER}", [("turn_off_2fa", {"user_key": LEAVER})]),
    (f"sign {LEAVER} out everywhere", [("sign_out_user", {"user_key": LEAVER})]),
    (f"log out {LEAVER}", [("sign_out_user", {"user_key": LEAVER})]),
    (
        f"suspend {LEAVER} and sign them out everywhere",
        [("suspend_user", {"user_key": LEAVER}), ("sign_out_user", {"user_key": LEAVER})],
    ),
    ("list groups", [("list_groups", {})]),
    (f"which groups is {ROBIN} in?", [("list_groups", {"user_key": ROBIN})]),
    (f"list the members of {OPS}", [("list_group_members", {"group_key": OPS})]),
    (f"who is in the group {OPS}?", [("list_group_members", {"group_key": OPS})]),
    (f"add {ROBIN} to the group ops", [("list_groups", {"email_starts_with": "ops"})]),
    (f"add {ROBIN} to {OPS}", [("add_group_member", {"group_key": OPS, "user_key": ROBIN})]),
    (f"remove {ROBIN} from the group {OPS}", [("remove_group_member", {"group_key": OPS, "user_key": ROBIN})]),
    (f"give {ROBIN} the role {SAID}", [("add_amazon_role", {"user_key": ROBIN, **READER})]),
    (f"take the role {SAID} from {ROBIN}", [("remove_amazon_role", {"user_key": ROBIN, **READER})]),
    (f"revoke the role {SAID} from {ROBIN}", [("remove_amazon_role", {"user_key": ROBIN, **READER})]),
    (f"remove the role {SAID} from {ROBIN}", [("remove_amazon_role", {"user_key": ROBIN, **READER})]),
    (f"which AWS roles does {ROBIN} have?", [("get_amazon_roles", {"user_key": ROBIN})]),
    ("list licences", [("list_licences", {})]),
    (f"which licences does {ROBIN} have?", [("list_user_licences", {"user_key": ROBIN})]),
    (f"assign {ULTRA} to {ROBIN}", [("assign_licence", {"user_key": ROBIN, "licence": ULTRA})]),
    (f'remove the license "{ULTRA}" from {ROBIN}', [("remove_licence", {"user_key": ROBIN, "licence": ULTRA})]),
]


@pytest.mark.parametrize(("sentence", "expected"), TABLE, ids=[row[0][:60] for row in TABLE])
def test_a_sentence_becomes_these_calls(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    turn = plan({"messages": [{"role": "user", "content": sentence}], "tools": TOOLS})
    assert [(name.removeprefix("google__"), json.loads(raw)) for name, raw, *_ in turn.calls] == expected


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("create an account for Jo Doe", "I need to know the primary email"),
        (f"give {ROBIN} the role {READER['admin_role']}", "I need to know the identity provider"),
    ],
)
def test_what_was_not_said_is_asked_for(sentence: str, asked: str) -> None:
    turn = plan({"messages": [{"role": "user", "content": sentence}], "tools": TOOLS})
    assert (turn.calls, asked in turn.text) == ((), True)


def test_a_group_is_found_by_its_name_before_anybody_is_added_to_it() -> None:
    made = []

    def respond(name: str, args: dict[str, Any]) -> Result:
        made.append((name, args))
        if name == "google__list_groups":
            return ok({"groups": [{"id": "1", "email": OPS, "name": "Operations"}], "next_page_token": None})
        return ok({"changed": True, "summary": f"{ROBIN} is now in {OPS} as MEMBER."})

    turns = converse(TOOLS, f"add {ROBIN} to the group ops", respond)
    assert made[1:] == [("google__add_group_member", {"user_key": ROBIN, "group_key": OPS})]
    assert f"{ROBIN} is now in {OPS}" in turns[-1].text
