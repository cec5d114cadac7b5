"""chat.* (Slack docs: the reference page of each method)."""

from sandbox.payload import Json
from sandbox.slack import posting
from sandbox.slack.blocks import completed, require_message_blocks
from sandbox.slack.call import Call, Handler
from sandbox.slack.contract import limit, listed
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Message, moment
from sandbox.slack.shapes import bot_profile
from sandbox.slack.unfurling import previews
from sandbox.slack.workspace import Channel, Kind

METADATA_BYTES = 8192


def post_message(call: Call) -> Json:
    channel = writable(call, place(call))
    body = content(call) | {"ts": call.slack.messages.new_ts()} | thread(call, channel)
    body["text"] = body["text"][: limit("message.text")]
    message = Message(channel.id, body, metadata=metadata(call))
    posting.post(call.slack, message)
    answer = {"channel": channel.id, "ts": message.ts, "message": answered(message)}
    unfurl(call, message)
    return answer


def unfurl(call: Call, message: Message) -> None:
    """Slack adds previews of links after the message was posted."""
    media = call.args.get("unfurl_media") is None or call.flag("unfurl_media")
    found = previews(message.body["text"], links=call.flag("unfurl_links"), media=media)
    if found:
        posting.edit(call.slack, message, {"attachments": [*message.body.get("attachments", []), *found]})


def post_ephemeral(call: Call) -> Json:
    channel = writable(call, call.channel())
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    body = content(call) | {"ts": call.slack.messages.new_ts()} | thread(call, channel)
    require_short_text(body)
    message = Message(channel.id, body, only_for=call.text("user"))
    posting.post(call.slack, message)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """Text without blocks drops the blocks; only the app's own messages can be changed."""
    message = own_message(call, "cant_update_message")
    require_recent(call, message)
    changes: Json = {"blocks": None} | content(call)
    require_short_text(changes)
    changes["edited"] = {"user": call.slack.workspace.app.bot_user, "ts": call.slack.messages.new_ts()}
    if "metadata" in call.args:
        message.metadata = metadata(call)
    posting.edit(call.slack, message, changes)
    shown = {key: value for key, value in answered(message).items() if key not in ("ts", "thread_ts", "bot_profile")}
    shown.pop("parent_user_id", None)
    return {"channel": message.channel, "ts": message.ts, "text": message.body["text"], "message": shown}


def delete(call: Call) -> Json:
    message = own_message(call, "cant_delete_message")
    posting.remove(call.slack, message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.slack.messages.find(channel.id, call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    domain = call.slack.workspace.team.domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    query = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": link + query}


def place(call: Call) -> Channel:
    """Where to post: a channel id, `#name`, or a person, who then gets a direct message."""
    wanted = call.text("channel")
    workspace = call.slack.workspace
    found = workspace.direct_channel(wanted) or workspace.channel_named(wanted.removeprefix("#"))
    return found or call.channel()


def writable(call: Call, channel: Channel) -> Channel:
    """Raises SlackError: is_archived, not_in_channel."""
    if channel.is_archived:
        raise SlackError("is_archived")
    open_to_all = channel.kind is Kind.PUBLIC and "chat:write.public" in call.slack.workspace.app.scopes
    if not (call.slack.workspace.bot_is_in(channel) or open_to_all):
        raise SlackError("not_in_channel")
    return channel


def author(call: Call) -> Json:
    """The keys of every message of the app."""
    app, team = call.slack.workspace.app, call.slack.workspace.team
    names = {"type": "message", "user": app.bot_user, "bot_id": app.bot_id, "app_id": app.id, "team": team.id}
    return names | {"bot_profile": bot_profile(app, team)}


def content(call: Call) -> Json:
    """The message object without its timestamp. Raises SlackError: no_text, invalid_blocks and its kin."""
    text, blocks = words(call)
    attached = attachments(call)
    if not (text.strip() or blocks or attached):
        raise SlackError("no_text")
    body = author(call) | {"text": text}
    body |= {"blocks": completed(blocks, call.slack.ids)} if blocks else {}
    return body | ({"attachments": attached} if attached else {})


def words(call: Call) -> tuple[str, list[Json]]:
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = call.json("blocks", "invalid_blocks_format")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > limit("message.markdown_text"):
            raise SlackError(listed(call.method, "msg_too_long"))
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if blocks is not None:
        require_message_blocks(blocks, call.method)
    return text, blocks or []


def attachments(call: Call) -> list[Json]:
    """Raises SlackError: too_many_attachments, and what is wrong with the blocks inside."""
    found = call.json("attachments", listed(call.method, "invalid_attachments")) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SlackError(listed(call.method, "invalid_attachments"))
    if len(found) > limit("message.attachments"):
        raise SlackError("too_many_attachments")
    return [attachment(call, number, one) for number, one in enumerate(found, 1)]


def attachment(call: Call, number: int, given: Json) -> Json:
    shown = {"id": number, "fallback": given.get("text") or "[no preview available]"} | given
    if "blocks" in given:
        require_message_blocks(given["blocks"], call.method)
        shown["blocks"] = completed(given["blocks"], call.slack.ids)
    return shown


def require_short_text(body: Json) -> None:
    if len(body["text"]) > limit("message.text"):
        raise SlackError("msg_too_long")


def thread(call: Call, channel: Channel, refusal: str = "cannot_reply_to_message") -> Json:
    """The reply's place. A reply to a reply joins its thread. Slack does not publish what it answers for a parent that
    is gone, or that only one person sees: we refuse.
    """
    wanted = call.text("thread_ts")
    if not wanted:
        return {}
    parent = call.slack.messages.find(channel.id, wanted)
    if parent is None:
        raise SlackError(refusal)
    return {"thread_ts": parent.thread_ts or parent.ts}


def metadata(call: Call) -> Json | None:
    """Raises SlackError: invalid_metadata_format, invalid_metadata_schema, metadata_too_large."""
    found = call.json("metadata", "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(found.get("event_type"), str) or not isinstance(found.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(found).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": found["event_type"], "event_payload": found["event_payload"]}


def own_message(call: Call, refusal: str) -> Message:
    """Raises SlackError: message_not_found, or `refusal` when somebody else wrote it."""
    channel = call.channel()
    message = call.slack.messages.find(channel.id, call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.body.get("bot_id") != call.slack.workspace.app.bot_id:
        raise SlackError(refusal)
    return message


def require_recent(call: Call, message: Message) -> None:
    """Raises SlackError: edit_window_closed, where the workspace sets a time for edits."""
    window = call.slack.workspace.edit_window
    if window is not None and call.slack.clock.now().timestamp() - moment(message.ts)[0] > window:
        raise SlackError("edit_window_closed")


def answered(message: Message) -> Json:
    """The message as the answer to the app's own call shows it."""
    kept = ("type", "user", "ts", "bot_id", "app_id", "text", "team", "bot_profile", "blocks", "attachments")
    shown = {key: message.body[key] for key in (*kept, "thread_ts", "edited") if key in message.body}
    return shown | ({"metadata": message.metadata} if message.metadata else {})


HANDLERS: dict[str, Handler] = {
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
}
