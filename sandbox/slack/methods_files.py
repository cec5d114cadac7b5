"""files.getUploadURLExternal and files.completeUploadExternal (Slack docs: their reference pages)."""

from sandbox.payload import Json
from sandbox.slack import posting
from sandbox.slack.call import Call, Handler
from sandbox.slack.errors import SlackError, with_messages
from sandbox.slack.files import LARGEST, UPLOAD_PATH, StoredFile, file_object
from sandbox.slack.messages import Message
from sandbox.slack.methods_chat import author, thread

LONGEST_ALT = 1_000
"""Slack docs, "files.getUploadURLExternal"."""


def upload_url(call: Call) -> Json:
    """Where to send the bytes, as a plain POST."""
    length = call.number("length", 0)
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    alt = call.text("alt_txt")
    if len(alt) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    ticket, file = call.slack.files.announce(call.text("filename").rpartition("/")[2], length, alt)
    return {"upload_url": f"{call.origin}{UPLOAD_PATH}{ticket}", "file_id": file.id}


def complete(call: Call) -> Json:
    """Shares the files in a channel or thread, in one message."""
    files = [uploaded(call, entry) for entry in entries(call)]
    if call.text("channel_id"):
        share(call, files)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def delete(call: Call) -> Json:
    """Takes a file away from everywhere; a message that held nothing else goes with it."""
    file = call.slack.files.find(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    call.slack.files.forget(file)
    for message in call.slack.messages.with_file(file.id):
        left = [one for one in message.body["files"] if one["id"] != file.id]
        if left or message.body["text"]:
            posting.edit(call.slack, message, {"files": left or None})
        else:
            posting.remove(call.slack, message)
    return {}


def entries(call: Call) -> list[Json]:
    found = call.json("files", "invalid_arguments")
    if not isinstance(found, list) or not found or not all(isinstance(entry, dict) for entry in found):
        raise with_messages("invalid_arguments", "must be an array of files [json-pointer:/files]")
    return found


def uploaded(call: Call, entry: Json) -> StoredFile:
    """Raises SlackError: file_not_found when it is unknown or its bytes have not come."""
    file = call.slack.files.find(str(entry.get("id", "")))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    return file


def share(call: Call, files: list[StoredFile]) -> None:
    """Raises SlackError: channel_not_found, not_in_channel."""
    workspace = call.slack.workspace
    channel = call.channel("channel_id")
    if not workspace.bot_is_in(channel):
        raise SlackError("not_in_channel")
    for file in files:
        file.is_shared = True
    shown = [file_object(file, workspace.app.bot_user, workspace.team.id, call.origin) for file in files]
    place = {"ts": call.slack.messages.new_ts()} | thread(call, channel, "channel_not_found")
    body = author(call) | {"text": call.text("initial_comment"), "files": shown, "upload": False}
    posting.post(call.slack, Message(channel.id, body | place))


HANDLERS: dict[str, Handler] = {
    "files.completeUploadExternal": complete,
    "files.delete": delete,
    "files.getUploadURLExternal": upload_url,
}
