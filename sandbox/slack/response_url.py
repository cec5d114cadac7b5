"""Answers through response_url (Slack docs: "Handling user interaction", message responses)."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.payload import Json
from sandbox.slack import posting
from sandbox.slack.blocks import completed, require_message_blocks
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Message
from sandbox.slack.service import Slack
from sandbox.slack.shapes import bot_profile
from sandbox.slack.triggers import ResponseUrl


@dataclass(frozen=True, slots=True)
class ResponseUrlEndpoint:
    """Posts, replaces or deletes; only the person who clicked sees a post unless it says `in_channel`."""

    slack: Slack

    async def serve(self, request: web.Request) -> web.Response:
        place = self.slack.response_urls.use(request.match_info["token"])
        if place is None:
            return self._answer(request, SlackError("expired_url"), 404)
        try:
            respond(self.slack, place, await wanted(request))
        except SlackError as refused:
            return self._answer(request, refused, 200)
        self.slack.log.append("api", "response_url → ok", {"token": request.match_info["token"]})
        return web.Response(text="ok")

    def _answer(self, request: web.Request, error: SlackError, status: int) -> web.Response:
        self.slack.log.append("api", f"response_url → {error.code}", {"token": request.match_info["token"]})
        return web.json_response({"ok": False, "error": error.code} | error.extra, status=status)


def respond(slack: Slack, place: ResponseUrl, body: Json) -> None:
    """Posts, replaces or deletes. Raises SlackError: message_not_found, no_text, or what is wrong with the blocks."""
    source = slack.messages.find(place.channel, place.ts, place.user)
    if not (body.get("delete_original") or body.get("replace_original")):
        post(slack, place, body)
    elif source is None:
        raise SlackError("message_not_found")
    elif body.get("delete_original"):
        posting.remove(slack, source)
    else:
        posting.edit(slack, source, {"blocks": None} | content(slack, body))


def post(slack: Slack, place: ResponseUrl, body: Json) -> None:
    """A message of the app; only the person sees it unless it says `in_channel`."""
    app, team = slack.workspace.app, slack.workspace.team
    author: Json = {"type": "message", "user": app.bot_user, "bot_id": app.bot_id, "app_id": app.id, "team": team.id}
    author |= {"bot_profile": bot_profile(app, team), "ts": slack.messages.new_ts()}
    thread = {"thread_ts": body["thread_ts"]} if body.get("thread_ts") else {}
    only_for = "" if body.get("response_type") == "in_channel" else place.user
    posting.post(slack, Message(place.channel, author | content(slack, body) | thread, only_for=only_for))


def content(slack: Slack, body: Json) -> Json:
    """Text and blocks, checked. Raises SlackError."""
    text, blocks = str(body.get("text") or ""), body.get("blocks")
    if blocks is not None:
        require_message_blocks(blocks)
    if not (text.strip() or blocks):
        raise SlackError("no_text")
    return {"text": text} | ({"blocks": completed(blocks, slack.ids)} if blocks else {})


async def wanted(request: web.Request) -> Json:
    """The JSON body. Raises SlackError: invalid_payload."""
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
