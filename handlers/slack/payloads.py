"""Slack's dicts become typed values here and nowhere else. Raises BadInput for what does not fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeAlias

from blocks import ids
from blocks.metadata import ModalState, load_state
from blocks.typed import typed
from bot.errors import BadInput
from bot.models.inbound import Mention
from bot.models.people import Actor, Surface

Body: TypeAlias = Mapping[str, Any]

WRITTEN_BY_PEOPLE = ("", "file_share", "thread_broadcast")
MOMENT = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}")
"""How Slack writes a moment: seconds since 1970, and a fraction of one."""
NAMES = re.compile(rf"([A-Za-z0-9_-]{{1,100}})(?::([A-Za-z0-9_-]{{1,100}}))?(?:{re.escape(ids.ASKED)})?")
"""What a button's value may be: an id, or two. A row's button that lost its row must not speak for all rows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody talks to the bot: a mention, or a direct message."""

    mention: Mention


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote in a thread, and not to the bot."""

    mention: Mention


Heard: TypeAlias = Asked | Said | None


@dataclass(frozen=True, slots=True)
class Click:
    """A button. `channel` and `message_ts` are those of the card; `view_id` is set when it stands in a modal.

    No `call_ids` means all rows of the card. `key` is the same for a redelivery of the same click. `at` (UTC) is
    Slack's own time of it, None if that cannot be read. `asked`: the button asked its question first.
    """

    approval_id: str
    call_ids: tuple[str, ...]
    actor: Actor
    key: str
    channel: str
    message_ts: str
    trigger_id: str
    view_id: str = ""
    page: int = 0
    at: datetime | None = None
    asked: bool = False

    @property
    def call_id(self) -> str:
        """The row it stands on, empty for a button of the whole card."""
        return self.call_ids[0] if self.call_ids else ""


@dataclass(frozen=True, slots=True)
class Submission:
    """The form of a decision, sent. Slack does not say when (Slack docs, "view_submission payload").

    A denial has a `reason`; an approval what was `typed` for each call (id, text), and the one-time `code`.
    """

    approval_id: str
    call_ids: tuple[str, ...]
    actor: Actor
    key: str
    channel: str
    message_ts: str
    reason: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    code: str = field(default="", repr=False)


class Means(Enum):
    """How Slack is to be answered."""

    EVENT = "event"
    CLICK = "click"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True)
class Reach:
    """How to answer whoever caused a payload. `input_block` is the first input of a modal that was sent."""

    means: Means
    channel: str
    user: str
    thread_ts: str
    input_block: str


def app_id(body: Body) -> str:
    """The app for which the payload is meant, empty when it does not say."""
    return _text(body, "api_app_id")


def heard(body: Body, bot_user: str) -> Heard:
    """What an `app_mention` or `message` event is to us. `bot_user` stands in when the payload names no bot.

    None: written by a bot, an edit, a deletion, or a channel's own conversation.
    """
    event = _part(body, "event")
    if event.get("bot_id") or _text(event, "subtype") not in WRITTEN_BY_PEOPLE:
        return None
    bot = _authorized_bot(body) or bot_user
    mention = _mention(body, event, bot)
    if _text(event, "type") == "app_mention" or _text(event, "channel_type") == "im" or _names(event, bot):
        return Asked(mention)
    return Said(mention) if event.get("thread_ts") else None


def click(body: Body) -> Click:
    """A `block_actions` payload."""
    container = _part(body, "container")
    action = _action(body)
    approval_id, call_id = _named(action)
    state = _modal(body) if body.get("view") else ModalState(approval_id)
    where = _text(container, "message_ts") or _text(container, "view_id")
    actor = _actor(body)
    parts = (actor.team, actor.user, where, _required(action, "action_ts"), _required(action, "action_id"))
    return Click(
        approval_id=approval_id,
        call_ids=(call_id,) if call_id else (),
        actor=actor,
        key=":".join(("click", *parts)),
        channel=_text(container, "channel_id") or state.channel,
        message_ts=_text(container, "message_ts") or state.message_ts,
        trigger_id=_text(body, "trigger_id"),
        view_id=_text(container, "view_id"),
        page=state.page,
        at=_moment(_text(action, "action_ts")),
        asked=_text(action, "value").endswith(ids.ASKED),
    )


def deny_submission(body: Body) -> Submission:
    """A `view_submission` payload of the modal that asks why."""
    reason = _required(_part(_part(_values(body), ids.REASON_BLOCK), ids.REASON_INPUT), "value")
    return replace(_submission(body), reason=reason)


def confirm_submission(body: Body) -> Submission:
    """A `view_submission` payload of the form of an approval."""
    values = _values(body)
    typed = tuple(
        (name.removeprefix(ids.TARGET_BLOCK), _text(_part(_part(values, name), ids.TARGET_INPUT), "value"))
        for name in values
        if name.startswith(ids.TARGET_BLOCK)
    )
    code = _text(_loose(_loose(values, ids.CODE_BLOCK), ids.CODE_INPUT), "value")
    return replace(_submission(body), typed=typed, code=code)


def _values(body: Body) -> Body:
    return _part(_part(_part(body, "view"), "state"), "values")


def _submission(body: Body) -> Submission:
    state, actor = _modal(body), _actor(body)
    key = f"submit:{actor.team}:{actor.user}:{_required(_part(body, 'view'), 'id')}"
    return Submission(state.approval_id, state.call_ids, actor, key, state.channel, state.message_ts)


def opened_view(answer: Any) -> str:
    """The id of the modal that `views.open` or `views.push` answered with."""
    return _required(_part({"view": answer.get("view")}, "view"), "id")


def reach(body: Body) -> Reach:
    """How to answer. Never raises: it serves the moment when something else went wrong already."""
    kind = _text(body, "type")
    container = _loose(body, "container")
    view = _loose(body, "view")
    inputs = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    try:
        state = load_state(_text(view, "private_metadata"))
    except (ValueError, KeyError, TypeError):
        state = ModalState("")
    return Reach(
        means={"block_actions": Means.CLICK, "view_submission": Means.SUBMISSION}.get(kind, Means.EVENT),
        channel=_text(container, "channel_id") or state.channel,
        user=_text(_loose(body, "user"), "id"),
        thread_ts=_text(container, "thread_ts"),
        input_block=_text(inputs[0], "block_id") if inputs else "",
    )


def _mention(body: Body, event: Body, bot: str) -> Mention:
    team = _required(body, "team_id")
    channel, ts = _required(event, "channel"), _required(event, "ts")
    home = _text(event, "user_team") or _text(event, "team") or team
    return Mention(
        actor=Actor(home, _required(event, "user"), Surface.SLACK),
        channel=channel,
        thread_ts=_text(event, "thread_ts") or ts,
        message_ts=ts,
        text=typed(_naming(bot).sub("", _text(event, "text"))).strip(),
        keys=(f"event:{_required(body, 'event_id')}", f"message:{team}:{channel}:{ts}"),
    )


def _naming(user: str) -> re.Pattern[str]:
    return re.compile(rf"<@{re.escape(user or '!')}(?:\|[^>]*)?>[ \t]*")


def _names(event: Body, user: str) -> bool:
    return _naming(user).search(_text(event, "text")) is not None


def _authorized_bot(body: Body) -> str:
    found = [given for given in body.get("authorizations") or () if given.get("is_bot")]
    return _text(found[0], "user_id") if found else ""


def _actor(body: Body) -> Actor:
    user = _part(body, "user")
    team = _text(user, "team_id") or _text(_loose(body, "team"), "id")
    return Actor(team or _required(body, "team_id"), _required(user, "id"), Surface.SLACK)


def _action(body: Body) -> Body:
    """The one button that was pressed (Slack docs, "block_actions payload": one interaction, one action)."""
    actions = body.get("actions")
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], Mapping):
        raise BadInput("must be one action", where="actions")
    if actions[0].get("type") != "button":
        raise BadInput("must be a button", where="actions.type")
    return actions[0]


def _moment(ts: str) -> datetime | None:
    return datetime.fromtimestamp(float(ts), UTC) if MOMENT.fullmatch(ts) else None


def _named(action: Body) -> tuple[str, str]:
    value = _required(action, "value")
    if not NAMES.fullmatch(value):
        raise BadInput("names no card and no row", where="actions.value")
    return ids.parse_value(value)


def _modal(body: Body) -> ModalState:
    try:
        state = load_state(_text(_part(body, "view"), "private_metadata"))
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadInput("not ours", where="view.private_metadata") from wrong
    if not NAMES.fullmatch(state.approval_id):
        raise BadInput("names no card", where="view.private_metadata")
    return state


def _part(source: Body, name: str) -> Body:
    part = source.get(name)
    if not isinstance(part, Mapping):
        raise BadInput("must be an object", where=name)
    return part


def _loose(source: Body, name: str) -> Body:
    part = source.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(source: Body, name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else ""


def _required(source: Body, name: str) -> str:
    value = _text(source, name)
    if not value:
        raise BadInput("must be a text that is not empty", where=name)
    return value
