"""views.* (Slack docs: the reference page of each method)."""

from collections.abc import Callable

from sandbox.payload import Json
from sandbox.slack.blocks import require_view
from sandbox.slack.call import Call, Handler
from sandbox.slack.errors import SlackError, with_messages


def open_view(call: Call) -> Json:
    return shown(call, call.slack.views.open, "Modal opened")


def push_view(call: Call) -> Json:
    return shown(call, call.slack.views.push, "Modal pushed")


def shown(call: Call, show: Callable[[str, Json], Json], what: str) -> Json:
    """Shows the modal to the person whose trigger it is; the view is checked before the trigger is spent."""
    view = wanted_view(call, "modal")
    user = call.slack.triggers.exchange(trigger_id(call))
    done = show(user, view)
    note(call, what, user, done)
    return {"view": done}


def update_view(call: Call) -> Json:
    if not (call.text("view_id") or call.text("external_id")):
        raise with_messages("invalid_arguments", "missing required field: view_id or external_id")
    old = call.slack.views.find(call.text("view_id"), call.text("external_id"))
    view = wanted_view(call, old["type"] if old else "modal")
    if old is None:
        raise SlackError("not_found")
    return {"view": call.slack.views.update(old, view, call.text("hash"))}


def publish_view(call: Call) -> Json:
    user = call.text("user_id")
    if not call.slack.workspace.app.home_tab:
        raise SlackError("not_enabled")
    view = wanted_view(call, "home")
    if call.slack.workspace.users.get(user) is None:
        raise with_messages("invalid_arguments", "unknown user [json-pointer:/user_id]")
    published = call.slack.views.publish(user, view, call.text("hash"))
    note(call, "Home published", user, published)
    return {"view": published}


def wanted_view(call: Call, surface: str) -> Json:
    view = call.json("view", "invalid_arguments")
    require_view(view, surface)
    checked: Json = view
    return checked


def trigger_id(call: Call) -> str:
    found = call.text("trigger_id")
    if not found:
        raise with_messages("invalid_arguments", "missing required field: trigger_id")
    return found


def note(call: Call, what: str, user: str, view: Json) -> None:
    title = (view["title"] or {}).get("text", "")
    name = call.slack.workspace.name_of(user)
    call.slack.log.append("view", f"{what} for {name}{': ' if title else ''}{title}", view)


HANDLERS: dict[str, Handler] = {
    "views.open": open_view,
    "views.publish": publish_view,
    "views.push": push_view,
    "views.update": update_view,
}
