"""What people do in the client: write, click, fill in a form, close it."""

from dataclasses import dataclass
from typing import Any, NoReturn

from sandbox.payload import Json
from sandbox.slack import events, posting
from sandbox.slack.blocks import require_view
from sandbox.slack.composer import compose
from sandbox.slack.delivery import Reply
from sandbox.slack.elements import WrongValue, action, find_element, incomplete, state
from sandbox.slack.errors import SlackError
from sandbox.slack.interactions import (
    message_click,
    response_url,
    view_click,
    view_closed,
    view_submission,
)
from sandbox.slack.messages import Message
from sandbox.slack.service import Slack
from sandbox.slack.workspace import Channel, User

TROUBLE = "We had some trouble connecting. Try again?"


class Refused(Exception):
    """The client does not let this person do that. `status` is the HTTP status of the control API."""

    def __init__(self, error: str, detail: str, status: int = 409) -> None:
        super().__init__(error, detail)
        self.error = error
        self.detail = detail
        self.status = status


@dataclass(frozen=True, slots=True)
class Click:
    """Which element was used, and what was picked in it or typed elsewhere on the same message or view."""

    block_id: str
    action_id: str
    given: Json
    values: Json


@dataclass(frozen=True, slots=True)
class People:
    """The hands of everybody in the workspace. `origin` is the address the page talks to."""

    slack: Slack
    origin: str

    def say(self, user: str, channel_id: str, typed: str, thread_ts: str = "") -> Message:
        """Posts what the person typed. Raises Refused."""
        person, channel = self._person(user), self.visible_channel(user, channel_id)
        if user not in channel.members or channel.is_archived:
            raise Refused("not_in_channel", f"{person.real_name} cannot write in this channel", 403)
        if not typed.strip():
            raise Refused("no_text", "there is nothing to send", 400)
        parent = self.slack.messages.find(channel.id, thread_ts, user) if thread_ts else None
        if thread_ts and (parent is None or parent.only_for):
            raise Refused("thread_not_found", "the message to reply to is gone", 404)
        body = self._typed(person, typed) | ({"thread_ts": parent.thread_ts or parent.ts} if parent else {})
        message = Message(channel.id, body)
        self.slack.log.append("person", f"{person.real_name} wrote in {place(channel)}", body)
        posting.post(self.slack, message)
        self._explain_silence(message, channel)
        return message

    def take_back(self, user: str, channel_id: str, ts: str) -> None:
        """Deletes the person's own message. Raises Refused."""
        channel = self.visible_channel(user, channel_id)
        message = self._message(user, channel, ts)
        if message.body.get("user") != user:
            raise Refused("cant_delete_message", "only the author can delete it", 403)
        posting.remove(self.slack, message)

    async def click_message(self, user: str, channel_id: str, ts: str, click: Click) -> Reply:
        """Uses an element of a message. Raises Refused; a click on an element that is gone is a 409."""
        channel = self.visible_channel(user, channel_id)
        message = self._message(user, channel, ts)
        sent, values = self._used(message.body.get("blocks", []), click)
        payload = message_click(self.slack, user, message, sent, values)
        payload["response_url"] = response_url(self.slack, self.origin, user, message)
        return await self._interact(f"{self._person(user).real_name} used {click.action_id}", payload)

    async def click_view(self, user: str, view_id: str, click: Click) -> Reply:
        """Uses an element of the modal in front, or of the Home tab. Raises Refused."""
        view = self._view(user, view_id)
        sent, values = self._used(view["blocks"], click)
        payload = view_click(self.slack, user, view, sent, values)
        return await self._interact(f"{self._person(user).real_name} used {click.action_id}", payload)

    async def submit(self, user: str, view_id: str, given: Json) -> Json:
        """Sends the form: `errors` under fields, `warning` when the app did not take it. Raises Refused."""
        view = self._modal(user, view_id)
        values = self._state(view["blocks"], given)
        errors = incomplete(view["blocks"], values)
        if errors:
            return {"response_action": "errors", "errors": errors}
        payload = view_submission(self.slack, user, view, values)
        reply = await self._interact(f"{self._person(user).real_name} submitted a form", payload)
        if not reply.acked:
            return {"warning": TROUBLE}
        return self._respond(user, view, reply.payload or {})

    async def close(self, user: str, view_id: str) -> None:
        """Closes the modal in front; all of them when it says so. Raises Refused."""
        view = self._modal(user, view_id)
        closed = [view]
        if view["clear_on_close"]:
            closed = self.slack.views.clear(user)
        else:
            self.slack.views.close(user, view)
        for one in closed:
            if one["notify_on_close"]:
                payload = view_closed(self.slack, user, one, is_cleared=view["clear_on_close"])
                await self._interact(f"{self._person(user).real_name} closed a form", payload)

    def open_home(self, user: str, tab: str) -> Json | None:
        """The person looks at the app's Home tab or at its messages."""
        self._person(user)
        events.home_opened(self.slack, user, tab)
        return self.slack.views.home(user)

    def visible_channel(self, user: str, channel_id: str) -> Channel:
        """The channel, if the person may look into it. Raises Refused (404)."""
        self._person(user)
        found = self.slack.workspace.channels.get(channel_id)
        if found is None or not posting.can_see(self.slack, user, found):
            raise Refused("channel_not_found", "this person does not see that channel", 404)
        return found

    def _typed(self, person: User, typed: str) -> Json:
        text, parts = compose(self.slack.workspace, typed)
        section = {"type": "rich_text_section", "elements": parts}
        return {
            "type": "message",
            "user": person.id,
            "text": text,
            "ts": self.slack.messages.new_ts(),
            "team": self.slack.workspace.team.id,
            "client_msg_id": self.slack.ids.uuid(),
            "blocks": [{"type": "rich_text", "block_id": self.slack.ids.new("b"), "elements": [section]}],
        }

    def _explain_silence(self, message: Message, channel: Channel) -> None:
        app = self.slack.workspace.app
        if f"<@{app.bot_user}>" in message.body["text"] and not self.slack.workspace.bot_is_in(channel):
            self.slack.log.append("event", f"The app is not in {place(channel)}, so Slack tells it nothing")

    def _used(self, blocks: list[Json], click: Click) -> tuple[Json, Json]:
        element = find_element(blocks, click.block_id, click.action_id)
        if element is None:
            raise Refused("element_not_found", "that element is no longer there")
        try:
            sent = action(element, click.block_id, self.slack.messages.new_ts(), click.given)
        except WrongValue as wrong:
            raise Refused("wrong_value", str(wrong)) from wrong
        picked = {click.block_id: {click.action_id: click.given}} if click.given else {}
        return sent, self._state(blocks, click.values | picked)

    def _state(self, blocks: list[Json], given: Json) -> Json:
        try:
            return state(blocks, given)
        except WrongValue as wrong:
            raise Refused("wrong_value", str(wrong)) from wrong

    async def _interact(self, title: str, payload: Json) -> Reply:
        return await self.slack.delivery.interaction(title, payload)

    def _respond(self, user: str, view: Json, answer: Json) -> Json:
        """Does what the app's ack asks for (Slack docs: "Modals", response actions)."""
        asked = answer.get("response_action")
        views = self.slack.views
        try:
            match asked:
                case None:
                    views.close(user, view)
                case "clear":
                    views.clear(user)
                case "errors":
                    return {"response_action": asked, "errors": known_errors(view, answer.get("errors"))}
                case "update":
                    require_view(answer.get("view"), "modal")
                    views.update(view, answer["view"])
                case "push":
                    require_view(answer.get("view"), "modal")
                    views.push(user, answer["view"])
                case _:
                    refuse_answer()
        except SlackError as wrong:
            self.slack.log.append("view", f"The answer to the form is not valid: {wrong.code}", answer | wrong.extra)
            return {"warning": TROUBLE}
        return {"response_action": asked} if asked else {}

    def _person(self, user: str) -> User:
        found = self.slack.workspace.users.get(user)
        if found is None or found.is_bot or found.deleted:
            raise Refused("user_not_found", f"nobody acts as {user}", 404)
        return found

    def _message(self, user: str, channel: Channel, ts: str) -> Message:
        found = self.slack.messages.find(channel.id, ts, user)
        if found is None:
            raise Refused("message_not_found", "that message is gone")
        return found

    def _modal(self, user: str, view_id: str) -> Json:
        self._person(user)
        for view in self.slack.views.stack(user)[-1:]:
            if view["id"] == view_id:
                return view
        raise Refused("view_not_found", "that view is not in front of this person")

    def _view(self, user: str, view_id: str) -> Json:
        home = self.slack.views.home(user)
        return home if home and home["id"] == view_id else self._modal(user, view_id)


def refuse_answer() -> NoReturn:
    raise SlackError("invalid_arguments")


def known_errors(view: Json, errors: Any) -> dict[str, str]:
    """The messages under fields. Raises SlackError when they do not name input blocks of the view."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        refuse_answer()
    return {block_id: str(message) for block_id, message in errors.items()}


def place(channel: Channel) -> str:
    return f"#{channel.name}" if channel.name else "a direct message"
