"""conversations.* (Slack docs: the reference page of each method)."""

from sandbox.payload import Json
from sandbox.slack.call import SCOPE_OF_KIND, Call, Handler
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Message, moment
from sandbox.slack.shapes import channel_object, message_object
from sandbox.slack.workspace import Channel, Kind

TYPES = {"public_channel": Kind.PUBLIC, "private_channel": Kind.PRIVATE, "im": Kind.DIRECT, "mpim": None}


def info(call: Call) -> Json:
    channel = call.channel()
    call.require_scope_for(channel, "read")
    shown = channel_object(channel, call.slack.workspace)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def history(call: Call) -> Json:
    """The newest first; replies are left to conversations.replies."""
    channel = readable(call)
    if not call.slack.workspace.bot_is_in(channel):
        raise SlackError("not_in_channel")
    newest_first = within(call, call.slack.messages.roots(channel.id))[::-1]
    return listed(call, newest_first) | {"pin_count": 0}


def replies(call: Call) -> Json:
    """The parent, then its replies, the oldest first."""
    channel = readable(call)
    thread = call.slack.messages.thread(channel.id, call.text("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return listed(call, thread[:1] + within(call, thread[1:]))


def members(call: Call) -> Json:
    channel = call.channel()
    call.require_scope_for(channel, "read")
    page, cursor = call.page(channel.members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def list_channels(call: Call) -> Json:
    wanted = [name.strip() for name in (call.text("types") or "public_channel").split(",")]
    if not set(wanted) <= TYPES.keys():
        raise SlackError("invalid_types")
    kinds = [kind for kind in (TYPES[name] for name in wanted) if kind is not None]
    call.require_scope(*(f"{SCOPE_OF_KIND[kind]}:read" for kind in kinds))
    page, cursor = call.page([channel for channel in visible(call) if channel.kind in kinds])
    shown = [channel_object(channel, call.slack.workspace) for channel in page]
    for channel, entry in zip(page, shown, strict=True):
        if channel.kind is not Kind.DIRECT:
            entry["num_members"] = len(channel.members)
    return {"channels": [without_open(entry) for entry in shown], "response_metadata": {"next_cursor": cursor}}


def open_conversation(call: Call) -> Json:
    """The direct message with one person. Several people at once are not part of this workspace."""
    call.require_scope("im:write")
    users = [user for user in call.text("users").split(",") if user]
    if not users and not call.text("channel"):
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("invalid_user_combination")
    channel = direct(call, users[0]) if users else call.channel()
    shown: Json = {"id": channel.id}
    if call.flag("return_im"):
        shown = channel_object(channel, call.slack.workspace)
    return {"channel": shown, "no_op": True, "already_open": True}


def direct(call: Call, user: str) -> Channel:
    found = call.slack.workspace.users.get(user)
    channel = call.slack.workspace.direct_channel(user)
    if found is None or channel is None:
        raise SlackError("user_not_found")
    if found.deleted:
        raise SlackError("user_disabled")
    return channel


def visible(call: Call) -> list[Channel]:
    """What the bot may list; archived ones unless told to leave them out."""
    workspace = call.slack.workspace
    known = [one for one in workspace.channels.values() if one.kind is Kind.PUBLIC or workspace.bot_is_in(one)]
    return [one for one in known if not (one.is_archived and call.flag("exclude_archived"))]


def without_open(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if key != "is_open"}


def readable(call: Call) -> Channel:
    channel = call.channel()
    call.require_scope_for(channel, "history")
    return channel


def within(call: Call, messages: list[Message]) -> list[Message]:
    """Those between `oldest` and `latest`; the ends count only when `inclusive`."""
    oldest, latest = bound(call, "oldest"), bound(call, "latest")
    ends = {end for end in (oldest, latest) if end} if call.flag("inclusive") else set()
    after, before = oldest or (0, 0), latest or (10**12, 0)
    return [one for one in messages if after < moment(one.ts) < before or moment(one.ts) in ends]


def bound(call: Call, name: str) -> tuple[int, int] | None:
    value = call.args.get(name)
    try:
        return moment(str(value)) if value not in (None, "", "0", 0) else None
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def listed(call: Call, messages: list[Message]) -> Json:
    page, cursor = call.page(messages)
    with_metadata = call.flag("include_all_metadata")
    shown = [message_object(message, with_metadata=with_metadata) for message in page]
    answer: Json = {"messages": shown, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


HANDLERS: dict[str, Handler] = {
    "conversations.history": history,
    "conversations.info": info,
    "conversations.list": list_channels,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
}
