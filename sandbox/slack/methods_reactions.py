"""reactions.* (Slack docs: the reference page of each method)."""

from sandbox.payload import Json
from sandbox.slack import posting
from sandbox.slack.call import Call, Handler
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Message
from sandbox.slack.shapes import message_object

MARKS = str.maketrans("", "", "_-+:")
SHOWN = ("type", "user", "ts", "text", "team", "app_id", "bot_id", "bot_profile", "blocks", "reactions")


def add(call: Call) -> Json:
    message, name, me = reacted(call), emoji(call), call.slack.workspace.app.bot_user
    users = message.reactions.setdefault(name, [])
    if me in users:
        raise SlackError("already_reacted")
    users.append(me)
    posting.show(call.slack, message)
    return {}


def remove(call: Call) -> Json:
    message, name, me = reacted(call), emoji(call), call.slack.workspace.app.bot_user
    users = message.reactions.get(name, [])
    if me not in users:
        raise SlackError("no_reaction")
    users.remove(me)
    if not users:
        del message.reactions[name]
    posting.show(call.slack, message)
    return {}


def get(call: Call) -> Json:
    """The message with who reacted how."""
    message = reacted(call)
    shown = {key: value for key, value in message_object(message).items() if key in SHOWN}
    return {"type": "message", "channel": message.channel, "message": shown}


def reacted(call: Call) -> Message:
    """Raises SlackError: no_item_specified, bad_timestamp, message_not_found."""
    ts = call.text("timestamp")
    if not (call.text("channel") and ts):
        raise SlackError("no_item_specified")
    if not ts.replace(".", "", 1).isdecimal():
        raise SlackError("bad_timestamp")
    message = call.slack.messages.find(call.channel().id, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not name.translate(MARKS).isalnum():
        raise SlackError("invalid_name")
    return name


HANDLERS: dict[str, Handler] = {"reactions.add": add, "reactions.get": get, "reactions.remove": remove}
