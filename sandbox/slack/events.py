"""The Events API: what the app is told, if it asked for it (Slack docs: "The Events API")."""

from sandbox.payload import Json
from sandbox.slack.messages import Message
from sandbox.slack.service import Slack
from sandbox.slack.workspace import Channel, Kind

SUBSCRIPTIONS = {Kind.PUBLIC: "message.channels", Kind.PRIVATE: "message.groups", Kind.DIRECT: "message.im"}
VERIFICATION = "sandbox-verification"
THREAD_FACTS = ("reply_count", "reply_users_count", "reply_users", "latest_reply", "subscribed")


def posted(slack: Slack, message: Message) -> None:
    """A new message: `message.*`, and `app_mention` beside it when a person names the app."""
    channel = slack.workspace.channels[message.channel]
    facts = event_body(message)
    if named_by_a_person(slack, message, channel):
        tell(slack, channel, "app_mention", {**facts, "type": "app_mention"})
    tell(slack, channel, SUBSCRIPTIONS[channel.kind], facts | {"channel_type": channel.kind.value})


def edited(slack: Slack, message: Message, before: Json) -> None:
    tell_change(slack, message, "message_changed", {"message": without_thread(message.body)}, before)


def deleted(slack: Slack, message: Message, before: Json) -> None:
    tell_change(slack, message, "message_deleted", {"deleted_ts": message.ts}, before)


def home_opened(slack: Slack, user: str, tab: str) -> None:
    """The person looks at the app: its Home (`home`) or the direct messages with it (`messages`)."""
    channel = slack.workspace.direct_channel(user)
    assert channel is not None, "everybody has a direct message with the bot"
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
    event["event_ts"] = slack.messages.new_ts()
    home = slack.views.home(user)
    tell(slack, channel, "app_home_opened", event | ({"view": home} if home else {}))


def event_body(message: Message) -> Json:
    """The message as an event carries it."""
    kept = ("type", "user", "ts", "text", "blocks", "team", "thread_ts", "parent_user_id", "client_msg_id", "edited")
    facts = {key: message.body[key] for key in (*kept, "bot_id", "bot_profile") if key in message.body}
    return facts | {"channel": message.channel, "event_ts": message.ts}


def named_by_a_person(slack: Slack, message: Message, channel: Channel) -> bool:
    by_person = "bot_id" not in message.body
    named = f"<@{slack.workspace.app.bot_user}>" in message.body.get("text", "")
    return by_person and named and channel.kind is not Kind.DIRECT


def tell_change(slack: Slack, message: Message, subtype: str, facts: Json, before: Json) -> None:
    channel = slack.workspace.channels[message.channel]
    ts = slack.messages.new_ts()
    event = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind.value,
        "previous_message": without_thread(before),
        "ts": ts,
        "event_ts": ts,
    }
    tell(slack, channel, SUBSCRIPTIONS[channel.kind], event | facts)


def without_thread(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in THREAD_FACTS and key != "app_id"}


def tell(slack: Slack, channel: Channel, subscription: str, event: Json) -> None:
    """Delivers an event of a channel, when the app subscribed to it and is a member."""
    if not slack.workspace.bot_is_in(channel):
        return
    place = f"#{channel.name}" if channel.name else "a direct message"
    what = event.get("subtype") or event["type"]
    announce(slack, f"{what} from {who(slack, event)} in {place}", subscription, event)


def announce(slack: Slack, title: str, subscription: str, event: Json) -> None:
    """Wraps the event and delivers it, when the app subscribed to it, is installed, and Slack's limits allow it."""
    app = slack.workspace.app
    if subscription not in app.events or app.token_error:
        return
    if slack.http.urls and slack.http.failures.disabled:
        slack.log.append("event", f"Not delivered, subscriptions are disabled: {title}")
    elif slack.budget.spend():
        slack.delivery.event(title, wrapped(slack, event))
    else:
        slack.log.append("event", f"Not delivered, above the hourly limit: {title}")
        tell_limit(slack)


def tell_limit(slack: Slack) -> None:
    """`app_rate_limited`, once for each minute in which events are dropped. It is no `event_callback`."""
    minute = slack.budget.minute_to_tell()
    if minute:
        workspace = slack.workspace
        facts: Json = {"team_id": workspace.team.id, "minute_rate_limited": minute, "api_app_id": workspace.app.id}
        payload = {"token": VERIFICATION, "type": "app_rate_limited", **facts}
        slack.delivery.event("app_rate_limited", payload)


def wrapped(slack: Slack, event: Json) -> Json:
    """The event in its envelope, as all deliveries of it carry it."""
    workspace = slack.workspace
    event_id = slack.ids.new("Ev")
    authorization = {
        "enterprise_id": None,
        "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION,
        "team_id": workspace.team.id,
        "context_team_id": workspace.team.id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(slack.clock.now().timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def who(slack: Slack, event: Json) -> str:
    described: Json = event.get("message") or event.get("previous_message") or event
    return slack.workspace.name_of(described.get("user", "")) or "Slack"
