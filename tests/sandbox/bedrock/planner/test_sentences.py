"""Sentences nobody scripted, and the calls that the planner makes of them in its first turn."""

import json
from typing import Any

import pytest

from sandbox.bedrock.planner.plan import plan
from tests.sandbox.bedrock.toolsets import ALL, AWS, GOOGLE, JIRA, NESTED, ODD, SEARCH, Tool

SUSPEND, RESTORE, LIST, GET = "google__suspend_user", "google__unsuspend_user", "google__list_users", "google__get_user"
LEAVER = {"user_key": "leaver@example.com"}
FIND_LEA = (LIST, {"name_contains": "Lea Verheyen"})

TABLE: list[tuple[list[Tool], str, list[tuple[str, dict[str, Any]]]]] = [
    (GOOGLE, "suspend leaver@example.com", [(SUSPEND, LEAVER)]),
    (
        GOOGLE,
        "Please suspend leaver@example.com, they left on Friday",
        [(SUSPEND, LEAVER | {"reason": "they left on Friday"})],
    ),
    (GOOGLE, "can you disable leaver@example.com?", [(SUSPEND, LEAVER)]),
    (GOOGLE, "Could you please block leaver@example.com right away", [(SUSPEND, LEAVER)]),
    (GOOGLE, "<mailto:leaver@example.com|leaver@example.com> needs to be suspended", [(SUSPEND, LEAVER)]),
    (GOOGLE, "I want leaver@example.com suspended", [(SUSPEND, LEAVER)]),
    (
        GOOGLE,
        "lock a@example.com, b@example.com and c@example.com",
        [(SUSPEND, {"user_key": f"{x}@example.com"}) for x in "abc"],
    ),
    (
        GOOGLE,
        "suspend a@example.com and unsuspend b@example.com",
        [(SUSPEND, {"user_key": "a@example.com"}), (RESTORE, {"user_key": "b@example.com"})],
    ),
    (GOOGLE, "reactivate leaver@example.com please", [(RESTORE, LEAVER)]),
    (GOOGLE, "re-enable leaver@example.com", [(RESTORE, LEAVER)]),
    (GOOGLE, "who is suspended?", [(LIST, {"suspended": True})]),
    (GOOGLE, "tell me which users are suspended", [(LIST, {"suspended": True})]),
    (GOOGLE, "list all suspended users of example.com", [(LIST, {"domain": "example.com", "suspended": True})]),
    (GOOGLE, "show me everyone who is not suspended", [(LIST, {"suspended": False})]),
    (GOOGLE, "show active users", [(LIST, {"suspended": False})]),
    (GOOGLE, "how many users do we have?", [(LIST, {})]),
    (GOOGLE, "List the first 5 users", [(LIST, {"max_results": 5})]),
    (GOOGLE, "Is leaver@example.com suspended?", [(GET, LEAVER)]),
    (GOOGLE, "why was leaver@example.com suspended?", [(GET, LEAVER)]),
    (GOOGLE, "Show leaver@example.com", [(GET, LEAVER)]),
    (GOOGLE, "suspend Lea Verheyen", [FIND_LEA]),
    (GOOGLE, "please suspend lea verheyen", [(LIST, {"name_contains": "lea verheyen"})]),
    (GOOGLE, "find Lea Verheyen and suspend her", [FIND_LEA]),
    (GOOGLE, "who is Lea Verheyen?", [FIND_LEA]),
    (
        GOOGLE,
        "Suspend Lea Verheyen and Sam Okafor because they left",
        [FIND_LEA, (LIST, {"name_contains": "Sam Okafor"})],
    ),
    (GOOGLE, "show leaver@example.com and suspend it", [(GET, LEAVER), (SUSPEND, LEAVER)]),
    (
        GOOGLE,
        "Create an account for Jane Doe, jane.doe@example.com",
        [("google__add_user", {"primary_email": "jane.doe@example.com", "first_name": "Jane", "last_name": "Doe"})],
    ),
    (
        GOOGLE,
        "add a@example.com and b@example.com to the group admins@example.com",
        [
            ("google__add_group_member", {"group_key": "admins@example.com", "user_key": f"{x}@example.com"})
            for x in "ab"
        ],
    ),
    (GOOGLE, "Do not suspend a@example.com but suspend b@example.com", [(SUSPEND, {"user_key": "b@example.com"})]),
    (GOOGLE, "suspend a@example.com but don't suspend b@example.com", [(SUSPEND, {"user_key": "a@example.com"})]),
    (
        GOOGLE,
        "suspend a@example.com. b@example.com is my own address",
        [(SUSPEND, {"user_key": "a@example.com"}), (GET, {"user_key": "b@example.com"})],
    ),
    (
        GOOGLE,
        "suspend:\na@example.com\nb@example.com",
        [(SUSPEND, {"user_key": "a@example.com"}), (SUSPEND, {"user_key": "b@example.com"})],
    ),
    (
        GOOGLE,
        "leaver@example.com left the company, please suspend",
        [(SUSPEND, LEAVER | {"reason": "leaver@example.com left the company"})],
    ),
    (GOOGLE, "Lea Verheyen left. Suspend her.", [FIND_LEA]),
    (GOOGLE, "give me all the users", [(LIST, {})]),
    (GOOGLE, "undo the suspension of leaver@example.com", [(RESTORE, LEAVER)]),
    (GOOGLE, "leaver@example.com left the company", []),
    (GOOGLE, "don't suspend leaver@example.com", []),
    (GOOGLE, "suspend the user", []),
    (GOOGLE, "suspend all users", []),
    (GOOGLE, "hello", []),
    (GOOGLE, "what's the weather in Paris?", []),
    (GOOGLE, "make me a sandwich", []),
    (SEARCH, "who is suspended?", [("people__search_users", {"query": "isSuspended=true"})]),
    (SEARCH, "disable Lea Verheyen", [("people__search_users", {"query": "name:'Lea Verheyen'"})]),
    (SEARCH, "deactivate leaver@example.com", [("people__deactivate_person", {"person": "leaver@example.com"})]),
    (NESTED, "suspend leaver@example.com", [("gadmin__suspend_user", {"request": LEAVER})]),
    (NESTED, "list users of example.com", [("gadmin__list_users", {"request": {"domain": "example.com"}})]),
    (NESTED, "suspend Lea Verheyen at example.com", [("gadmin__list_users", {"request": {"domain": "example.com"}})]),
    (
        JIRA,
        "create a jira ticket in OPS for the broken VPN",
        [("jira__create_issue", {"project_key": "OPS", "summary": "the broken VPN"})],
    ),
    (
        JIRA,
        'Create an issue in project OPS with summary "Stop and restart it" and priority high',
        [("jira__create_issue", {"project_key": "OPS", "summary": "Stop and restart it", "priority": "High"})],
    ),
    (
        JIRA,
        "open a bug in WEB: Login fails with 500",
        [("jira__create_issue", {"project_key": "WEB", "summary": "Login fails with 500"})],
    ),
    (JIRA, "close OPS-12", [("jira__transition_issue", {"issue_key": "OPS-12"})]),
    (JIRA, "move OPS-12 to status Done", [("jira__transition_issue", {"issue_key": "OPS-12", "status": "Done"})]),
    (
        JIRA,
        "show OPS-12 and OPS-13",
        [("jira__get_issue", {"issue_key": "OPS-12"}), ("jira__get_issue", {"issue_key": "OPS-13"})],
    ),
    (
        JIRA,
        'comment on OPS-12 "Fixed in 1.4"',
        [("jira__add_comment", {"issue_key": "OPS-12", "body": "Fixed in 1.4"})],
    ),
    (JIRA, "find issues about VPN", [("jira__search_issues", {"query": "VPN"})]),
    (
        AWS,
        "stop i-0abc1234def567890 in eu-west-1",
        [("aws__stop_instances", {"instance_ids": ["i-0abc1234def567890"], "region": "eu-west-1"})],
    ),
    (
        AWS,
        "shut down instances i-0abc1234 and i-0def5678",
        [("aws__stop_instances", {"instance_ids": ["i-0abc1234", "i-0def5678"]})],
    ),
    (AWS, "boot i-0abc1234 up please", [("aws__start_instances", {"instance_ids": ["i-0abc1234"]})]),
    (
        AWS,
        "which instances are running in eu-central-1?",
        [("aws__describe_instances", {"region": "eu-central-1", "state": "running"})],
    ),
    (AWS, "run `aws s3 ls`", [("aws__call_aws", {"cli_command": "aws s3 ls"})]),
    (
        AWS,
        "aws ec2 describe-vpcs --region eu-west-1",
        [("aws__call_aws", {"cli_command": "aws ec2 describe-vpcs --region eu-west-1"})],
    ),
    (AWS, "list the buckets of account 123456789012", [("aws__list_buckets", {"account_id": "123456789012"})]),
    (AWS, "stop web-1", [("aws__describe_instances", {})]),
    (
        ODD,
        "roll back the api service in production",
        [("deploys__rollback_service", {"service": "api", "environment": "production"})],
    ),
    (ODD, "list open incidents", [("oncall__list_incidents", {"status": "open"})]),
    (
        ODD,
        'post "Lunch is ready" to #general',
        [("chat__send_message", {"channel": "#general", "text": "Lunch is ready"})],
    ),
    (
        ODD,
        "tell #general that lunch is ready",
        [("chat__send_message", {"channel": "#general", "text": "lunch is ready"})],
    ),
    (ODD, "archive the repo acme/old", [("github__archive_repo", {"repo": "acme/old"})]),
    (ODD, "delete the DNS record old.example.com", [("dns__delete_record", {"domain": "old.example.com"})]),
    (ODD, "reset 2fa for sam@example.com", [("vpn__reset_2fa", {"email": "sam@example.com"})]),
    (
        ALL,
        "reset the 2FA of lea@example.com and suspend her",
        [("vpn__reset_2fa", {"email": "lea@example.com"}), (SUSPEND, {"user_key": "lea@example.com"})],
    ),
    (ALL, "who is suspended?", [(LIST, {"suspended": True})]),
    (
        ALL,
        "create a ticket in OPS about the broken door",
        [("jira__create_issue", {"project_key": "OPS", "summary": "the broken door"})],
    ),
    (
        ALL,
        "stop i-0abc1234 and suspend leaver@example.com",
        [("aws__stop_instances", {"instance_ids": ["i-0abc1234"]}), (SUSPEND, LEAVER)],
    ),
    ([], "suspend leaver@example.com", []),
]


@pytest.mark.parametrize(("tools", "sentence", "expected"), TABLE, ids=[row[1][:60] for row in TABLE])
def test_a_sentence_becomes_these_calls(
    tools: list[Tool], sentence: str, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    turn = plan({"messages": [{"role": "user", "content": sentence}], "tools": tools})
    assert [(name, json.loads(raw)) for name, raw, *_ in turn.calls] == expected
    assert turn.text


@pytest.mark.parametrize("tools", [ALL, [], GOOGLE])
@pytest.mark.parametrize("sentence", ["hello", "thanks", "what can you do?", "what is the capital of Peru?", "?", "🙂"])
def test_small_talk_and_strange_questions_lead_to_no_call(tools: list[Tool], sentence: str) -> None:
    turn = plan({"messages": [{"role": "user", "content": sentence}], "tools": tools})
    assert not turn.calls
    assert ("tools here" if not tools else "what I can do here") in turn.text
