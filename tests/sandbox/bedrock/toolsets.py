"""Tool lists for the planner: some like ours, some it has never seen."""

from typing import Any

Tool = dict[str, Any]


def tool(name: str, description: str, required: str = "", /, **properties: Any) -> Tool:
    """A tool as the Messages API takes it. A property given as a string has that type."""
    props = {key: {"type": value} if isinstance(value, str) else value for key, value in properties.items()}
    schema = {"type": "object", "properties": props, "required": required.split()}
    return {"name": name, "description": description, "input_schema": schema}


def maybe(kind: str, description: str) -> dict[str, Any]:
    """An optional property as pydantic writes it."""
    return {"anyOf": [{"type": kind}, {"type": "null"}], "default": None, "description": description}


STRINGS = {"type": "array", "items": {"type": "string"}}
KEY = {
    "type": "string",
    "description": "Primary address, alias or Google id of the account.",
    "pattern": r"^([0-9]{1,32}|[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$",
}
GOOGLE = [
    tool(
        "google__list_users",
        "List Google Workspace accounts, ordered by address. When next_page_token is not null there are more.",
        domain=maybe("string", "Only this domain, such as example.com."),
        suspended=maybe("boolean", "true: only suspended accounts; false: only active ones."),
        name_contains=maybe("string", "Part of the full name."),
        max_results={"type": "integer", "default": 100},
        page_token=maybe("string", "next_page_token of the answer before."),
    ),
    tool("google__get_user", "Look up one Google Workspace account as it is now.", "user_key", user_key=KEY),
    tool(
        "google__suspend_user",
        "Suspend one Google Workspace account. unsuspend_user undoes it.",
        "user_key",
        user_key=KEY,
        reason={"type": "string", "default": ""},
    ),
    tool("google__unsuspend_user", "Lift the suspension of one account.", "user_key", user_key=KEY),
    tool(
        "google__add_user",
        "Create a user with a random password.",
        "primary_email first_name last_name",
        primary_email="string",
        first_name="string",
        last_name="string",
    ),
    tool("google__add_group_member", "Add a user to a group.", "group_key user_key", group_key="string", user_key=KEY),
]
SEARCH = [
    tool(
        "people__search_users",
        "Search the directory.",
        "query",
        query={"type": "string", "description": "For example name:'Jane Doe' or isSuspended=true"},
    ),
    tool("people__deactivate_person", "Deactivate somebody.", "person", person="string"),
]
NESTED = [
    {
        "name": "gadmin__list_users",
        "description": "List users in a domain.",
        "input_schema": {
            "type": "object",
            "properties": {"request": {"$ref": "#/$defs/ListUsers"}},
            "required": ["request"],
            "$defs": {
                "ListUsers": {
                    "type": "object",
                    "properties": {"domain": {"type": "string"}, "pageToken": {"type": "string"}},
                    "required": ["domain"],
                }
            },
        },
    },
    {
        "name": "gadmin__suspend_user",
        "description": "Suspend user accounts.",
        "input_schema": {
            "type": "object",
            "properties": {"request": {"$ref": "#/$defs/UserKey"}},
            "required": ["request"],
            "$defs": {"UserKey": {"type": "object", "properties": {"user_key": KEY}, "required": ["user_key"]}},
        },
    },
]
JIRA = [
    tool(
        "jira__create_issue",
        "Create an issue in a project.",
        "project_key summary",
        project_key={"type": "string", "pattern": "^[A-Z][A-Z0-9_]+$"},
        summary="string",
        description="string",
        priority={"type": "string", "enum": ["Lowest", "Low", "Medium", "High", "Highest"]},
        labels=STRINGS,
    ),
    tool("jira__get_issue", "Show one issue.", "issue_key", issue_key="string"),
    tool(
        "jira__transition_issue",
        "Move an issue to another status, or close it.",
        "issue_key",
        issue_key="string",
        status="string",
    ),
    tool("jira__add_comment", "Add a comment to an issue.", "issue_key body", issue_key="string", body="string"),
    tool("jira__search_issues", "Search issues with a text or JQL.", "query", query="string", limit="integer"),
]
AWS = [
    tool(
        "aws__describe_instances",
        "List EC2 instances.",
        region="string",
        state={"type": "string", "enum": ["running", "stopped"]},
    ),
    tool("aws__stop_instances", "Stop EC2 instances.", "instance_ids", instance_ids=STRINGS, region="string"),
    tool("aws__start_instances", "Start EC2 instances.", "instance_ids", instance_ids=STRINGS, region="string"),
    tool(
        "aws__call_aws", "Run one AWS CLI command.", "cli_command", cli_command={"type": "string", "pattern": "^aws "}
    ),
    tool("aws__list_buckets", "List S3 buckets.", account_id={"type": "string", "pattern": "^\\d{12}$"}),
]
ODD = [
    tool(
        "deploys__rollback_service",
        "Deploy the previous version of a service again.",
        "service",
        service="string",
        environment={"type": "string", "enum": ["staging", "production"]},
    ),
    tool("oncall__list_incidents", "List incidents.", status={"type": "string", "enum": ["open", "resolved"]}),
    tool("chat__send_message", "Send a message to a channel.", "channel text", channel="string", text="string"),
    tool("github__archive_repo", "Archive a repository.", "repo", repo="string"),
    tool("dns__delete_record", "Delete a DNS record.", "domain", domain="string"),
    tool("vpn__reset_2fa", "Reset the second factor of a person.", "email", email="string"),
]
ALL = GOOGLE + JIRA + AWS + ODD
