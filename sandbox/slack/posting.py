"""Putting a message into a channel, changing it, taking it away: for people and for the app alike."""

from copy import deepcopy

from sandbox.payload import Json
from sandbox.slack import events
from sandbox.slack.messages import Message
from sandbox.slack.service import Slack
from sandbox.slack.shapes import message_object
from sandbox.slack.workspace import Channel


def shown(message: Message) -> Json:
    """The message for the page: Slack's object, with a mark on an ephemeral one."""
    return message_object(message, with_metadata=True) | ({"ephemeral": True} if message.only_for else {})


def post(slack: Slack, message: Message) -> None:
    """Keeps the message, shows it, and tells the app."""
    slack.messages.add(message)
    parent = slack.messages.find(message.channel, message.thread_ts) if message.is_reply else None
    if parent is not None:
        message.body["parent_user_id"] = parent.body["user"]
    show(slack, message)
    if message.only_for:
        return
    events.posted(slack, message)
    if parent is not None:
        show(slack, parent)
    tell_unread(slack, message)


def edit(slack: Slack, message: Message, changes: Json) -> None:
    """Replaces those keys of the message; None takes a key away."""
    before = deepcopy(message.body)
    message.body = {key: value for key, value in (message.body | changes).items() if value is not None}
    show(slack, message)
    if not message.only_for:
        events.edited(slack, message, before)


def remove(slack: Slack, message: Message) -> None:
    """Deletes the message."""
    before = deepcopy(message.body)
    slack.messages.remove(message)
    slack.feed.publish("message_deleted", {"channel": message.channel, "ts": message.ts}, audience(slack, message))
    kept = slack.messages.find(message.channel, message.ts)
    if kept is not None:
        show(slack, kept)
    parent = slack.messages.find(message.channel, message.thread_ts) if message.is_reply else None
    if parent is not None:
        show(slack, parent)
    if not message.only_for:
        events.deleted(slack, message, before)


def show(slack: Slack, message: Message) -> None:
    name = "ephemeral" if message.only_for else "message"
    slack.feed.publish(name, {"channel": message.channel, "message": shown(message)}, audience(slack, message))


def audience(slack: Slack, message: Message) -> set[str]:
    if message.only_for:
        return {message.only_for}
    channel = slack.workspace.channels[message.channel]
    return {user.id for user in slack.workspace.people if can_see(slack, user.id, channel)}


def can_see(slack: Slack, user: str, channel: Channel) -> bool:
    """Members do; full members of the workspace see every public channel."""
    found = slack.workspace.users.get(user)
    if found is None or found.deleted:
        return False
    return user in channel.members or (channel.kind == "channel" and not found.is_restricted)


def tell_unread(slack: Slack, message: Message) -> None:
    readers = {user for user in slack.workspace.channels[message.channel].members if user != message.body.get("user")}
    data = {"channel": message.channel, "ts": message.ts, "thread_ts": message.thread_ts or None}
    slack.feed.publish("unread", data, readers)
