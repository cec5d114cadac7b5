"""The payloads of interactivity (Slack docs: "Interaction payloads")."""

from sandbox.payload import Json
from sandbox.slack.messages import Message
from sandbox.slack.service import Slack
from sandbox.slack.shapes import message_object

RESPONSE_PATH = "/response/"


def common(slack: Slack, kind: str, user: str) -> Json:
    """The keys of every interaction payload."""
    team, person = slack.workspace.team, slack.workspace.users[user]
    return {
        "type": kind,
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": team.id},
        "api_app_id": slack.workspace.app.id,
        "token": "sandbox-verification",
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_click(slack: Slack, user: str, message: Message, action: Json, values: Json) -> Json:
    """block_actions from a message; the caller adds `response_url`, which needs the server's address."""
    channel = slack.workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.only_for),
    }
    payload = common(slack, "block_actions", user) | {
        "container": container | ({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        "trigger_id": slack.triggers.issue(user),
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": values},
        "actions": [action],
    }
    if message.only_for:
        return payload
    shown = message_object(message, with_metadata=True)
    return payload | {"message": {key: value for key, value in shown.items() if key != "reactions"}}


def view_click(slack: Slack, user: str, view: Json, action: Json, values: Json) -> Json:
    """block_actions from a modal or Home tab."""
    return common(slack, "block_actions", user) | {
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": slack.triggers.issue(user),
        "view": view | {"state": {"values": values}},
        "actions": [action],
    }


def view_submission(slack: Slack, user: str, view: Json, values: Json) -> Json:
    return common(slack, "view_submission", user) | {
        "trigger_id": slack.triggers.issue(user),
        "view": view | {"state": {"values": values}},
        "response_urls": [],
    }


def view_closed(slack: Slack, user: str, view: Json, *, is_cleared: bool) -> Json:
    return common(slack, "view_closed", user) | {"view": view, "is_cleared": is_cleared}


def response_url(slack: Slack, origin: str, user: str, message: Message) -> str:
    return origin + RESPONSE_PATH + slack.response_urls.issue(message.channel, message.ts, user)
