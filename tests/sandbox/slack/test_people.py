"""What people do in the client, and what the app gets of it."""

import asyncio
from typing import Any

import pytest

from sandbox.payload import Json
from sandbox.seed import ALEX, APPROVALS, GENERAL, GUS, IT_HELP, OLGA, ROBIN
from sandbox.slack.elements import VALUE_KEY
from tests.sandbox.slack.cards import actions, button, card, home, modal, overflow, plain, section, select, text_input
from tests.sandbox.slack.stage import Peer, Stage

REQUIRED = [
    "type",
    "user",
    "api_app_id",
    "token",
    "container",
    "trigger_id",
    "team",
    "enterprise",
    "is_enterprise_install",
    "channel",
    "message",
    "state",
    "response_url",
    "actions",
]
"""What block_actions from a message carries (Slack docs: "block_actions payload")."""


async def post_card(stage: Stage, peer: Peer, *elements: Json, thread_ts: str | None = None) -> Json:
    """A card of the bot in #it-help, with its event out of the way."""
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="Card", blocks=card(*elements), thread_ts=thread_ts)
    await peer.acked()
    return {"channel": IT_HELP, "ts": posted["ts"]}


async def interaction(peer: Peer, doing: Any, answer: Json | None = None) -> tuple[Json, Json]:
    """What the app gets while a person does something, and what the person then sees."""
    running = asyncio.ensure_future(doing)
    envelope = await peer.acked(answer)
    assert (envelope["type"], "retry_attempt" in envelope) == ("interactive", False)
    _, seen = await running
    return envelope["payload"], seen


async def open_modal(stage: Stage, view: Json | None = None, method: str = "views.open", user: str = ALEX) -> Json:
    trigger_id = stage.sandbox.slack.triggers.issue(user)
    opened: Json = (await stage.call(method, {"trigger_id": trigger_id, "view": view or modal()}))["view"]
    return opened


def submit(stage: Stage, view: Json, text: str | None = "Not on my watch", user: str = ALEX) -> Any:
    values = {"reason": {"text": {"value": text}}}
    return stage.control("POST", f"views/{view['id']}/submit", {"as": user, "values": values})


async def test_a_click_carries_who_where_and_what(stage: Stage, peer: Peer) -> None:
    place = await post_card(stage, peer)
    payload, seen = await interaction(peer, stage.click(ALEX, place, "choice", "approve"))
    (action,) = payload["actions"]
    assert (payload["user"]["id"], payload["channel"]["name"]) == (ALEX, "it-help")
    assert (action["value"], action["block_id"], action["type"]) == ("a1", "choice", "button")
    assert payload["container"] == {
        "type": "message",
        "message_ts": place["ts"],
        "channel_id": IT_HELP,
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == place["ts"]
    assert payload["response_url"].startswith(stage.address)
    assert seen == {"delivered": True, "acked": True, "ms": 0}


async def test_a_click_in_a_thread_names_the_thread(stage: Stage, peer: Peer) -> None:
    root = await post_card(stage, peer)
    reply = await post_card(stage, peer, thread_ts=root["ts"])
    payload, _ = await interaction(peer, stage.click(ALEX, reply, "choice", "approve"))
    assert payload["container"]["thread_ts"] == root["ts"]


async def test_a_trigger_of_a_click_opens_a_modal(stage: Stage, peer: Peer) -> None:
    place = await post_card(stage, peer)
    payload, _ = await interaction(peer, stage.click(ALEX, place, "choice", "approve"))
    opened = await stage.web.views_open(trigger_id=payload["trigger_id"], view=modal())
    assert (await stage.control("GET", f"views?as={ALEX}"))[1]["stack"][0]["id"] == opened["view"]["id"]


async def test_a_menu_sends_its_own_option_and_the_message_its_state(stage: Stage, peer: Peer) -> None:
    place = await post_card(stage, peer, select(), overflow())
    picked, _ = await interaction(peer, stage.click(ALEX, place, "choice", "pick", selected_option={"value": "ask"}))
    assert picked["actions"][0]["selected_option"]["text"]["text"] == "Ask"
    assert picked["state"]["values"]["choice"]["pick"]["selected_option"]["value"] == "ask"
    more, _ = await interaction(peer, stage.click(ALEX, place, "choice", "more", selected_option="edit"))
    assert more["actions"][0]["selected_option"]["value"] == "edit"
    assert more["state"]["values"]["choice"]["pick"]["selected_option"]["value"] == "edit"


async def test_an_option_that_is_not_on_the_menu_cannot_be_picked(stage: Stage, peer: Peer) -> None:
    place = await post_card(stage, peer, select())
    status, answer = await stage.click(ALEX, place, "choice", "pick", selected_option={"value": "delete-everything"})
    assert (status, answer["error"]) == (409, "wrong_value")


async def test_a_button_that_is_gone_cannot_be_clicked(stage: Stage, peer: Peer) -> None:
    place = await post_card(stage, peer, button("approve"), button("deny"))
    await stage.web.chat_update(channel=IT_HELP, ts=place["ts"], text="Done", blocks=[section()])
    status, answer = await stage.click(ALEX, place, "choice", "approve")
    assert (status, answer["error"]) == (409, "element_not_found")


async def test_a_click_on_an_ephemeral_message_shows_no_message_to_the_app(stage: Stage, peer: Peer) -> None:
    posted = await stage.web.chat_postEphemeral(channel=APPROVALS, user=ALEX, text="x", blocks=card())
    place = {"channel": APPROVALS, "ts": posted["message_ts"]}
    payload, _ = await interaction(peer, stage.click(ALEX, place, "choice", "approve"))
    assert (payload["container"]["is_ephemeral"], "message" in payload) == (True, False)
    status, answer = await stage.click(OLGA, place, "choice", "approve")
    assert (status, answer["error"]) == (409, "message_not_found")


async def test_an_outsider_may_look_and_click_in_a_public_channel_but_a_guest_may_not(stage: Stage, peer: Peer) -> None:
    posted = await stage.web.chat_postMessage(channel=APPROVALS, text="x", blocks=card())
    await peer.acked()
    place = {"channel": APPROVALS, "ts": posted["ts"]}
    payload, _ = await interaction(peer, stage.click(OLGA, place, "choice", "approve"))
    assert payload["user"]["id"] == OLGA
    assert (await stage.click(GUS, place, "choice", "approve"))[0] == 404
    assert (await stage.control("GET", f"channels/{APPROVALS}/messages?as={GUS}"))[0] == 404


async def test_a_form_is_sent_with_all_its_values(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage, modal(section(), text_input(initial_value="Because"), private_metadata="a1"))
    payload, seen = await interaction(peer, stage.control("POST", f"views/{view['id']}/submit", {"as": ALEX}))
    assert payload["view"]["state"]["values"]["reason"]["text"] == {"type": "plain_text_input", "value": "Because"}
    assert (payload["view"]["private_metadata"], payload["user"]["id"]) == ("a1", ALEX)
    assert (seen, stage.sandbox.slack.views.stack(ALEX)) == ({}, [])


async def test_a_form_with_a_gap_never_leaves_the_client(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage, modal(text_input(min_length=5)))
    _, empty = await submit(stage, view, None)
    _, short = await submit(stage, view, "no")
    assert empty["errors"] == {"reason": "Please complete this required field."}
    assert short["errors"] == {"reason": "Please use at least 5 characters."}
    payload, _ = await interaction(peer, submit(stage, view))
    assert payload["type"] == "view_submission"


async def test_an_optional_field_may_stay_empty(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage, modal(text_input() | {"optional": True}))
    payload, _ = await interaction(peer, submit(stage, view, ""))
    assert payload["view"]["state"]["values"]["reason"]["text"]["value"] is None


async def test_the_apps_errors_stand_under_their_fields_and_the_modal_stays(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage)
    answer = {"response_action": "errors", "errors": {"reason": "Say more"}}
    _, seen = await interaction(peer, submit(stage, view), answer)
    assert seen == answer
    assert len(stage.sandbox.slack.views.stack(ALEX)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "errors"},
        {"response_action": "update", "view": home()},
        {"response_action": "push", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
async def test_an_answer_that_slack_cannot_use_is_trouble_for_the_person(
    stage: Stage, peer: Peer, answer: Json
) -> None:
    view = await open_modal(stage)
    _, seen = await interaction(peer, submit(stage, view), answer)
    assert "trouble" in seen["warning"]
    assert len(stage.sandbox.slack.views.stack(ALEX)) == 1


async def test_the_app_can_update_push_and_clear(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage)
    await interaction(peer, submit(stage, view), {"response_action": "push", "view": modal(title=plain("Next"))})
    (first, second) = stage.sandbox.slack.views.stack(ALEX)
    update = {"response_action": "update", "view": modal(title=plain("Again"))}
    await interaction(peer, submit(stage, second), update)
    shown = stage.sandbox.slack.views.stack(ALEX)[-1]
    assert (first["id"], shown["id"], shown["title"]["text"]) == (view["id"], second["id"], "Again")
    await interaction(peer, submit(stage, shown), {"response_action": "clear"})
    assert stage.sandbox.slack.views.stack(ALEX) == []


async def test_a_form_without_ack_is_trouble_and_stays(stage: Stage) -> None:
    view = await open_modal(stage)
    _, seen = await submit(stage, view)
    assert "trouble" in seen["warning"]
    assert len(stage.sandbox.slack.views.stack(ALEX)) == 1


async def test_closing_is_told_when_the_view_asked_for_it(stage: Stage, peer: Peer) -> None:
    await open_modal(stage, modal(notify_on_close=True, callback_id="below"))
    top = await open_modal(stage, modal(notify_on_close=True, clear_on_close=True), "views.push")
    closing = asyncio.ensure_future(stage.control("POST", f"views/{top['id']}/close", {"as": ALEX}))
    told = [(await peer.acked())["payload"] for _ in range(2)]
    assert (await closing)[0] == 200
    assert [(one["type"], one["is_cleared"]) for one in told] == [("view_closed", True)] * 2
    assert told[1]["view"]["callback_id"] == "below"


async def test_only_the_modal_in_front_can_be_used_and_only_by_its_owner(stage: Stage) -> None:
    below = await open_modal(stage)
    top = await open_modal(stage, method="views.push")
    assert (await submit(stage, below))[0] == 409
    assert (await submit(stage, top, user=ROBIN))[0] == 409


async def test_a_home_tab_is_neither_sent_nor_closed(stage: Stage) -> None:
    await open_modal(stage)
    published = (await stage.call("views.publish", {"user_id": ALEX, "view": home()}))["view"]
    assert (await submit(stage, published))[0] == 409
    assert (await stage.control("POST", f"views/{published['id']}/close", {"as": ALEX}))[0] == 409
    assert len(stage.sandbox.slack.views.stack(ALEX)) == 1


async def test_a_modal_pushed_while_a_form_is_sent_stays_open(stage: Stage, peer: Peer) -> None:
    view = await open_modal(stage)
    submitting = asyncio.ensure_future(submit(stage, view))
    envelope = await peer.receive()
    pushed = await open_modal(stage, method="views.push")
    await peer.ack(envelope)
    await submitting
    assert [one["id"] for one in stage.sandbox.slack.views.stack(ALEX)] == [pushed["id"]]


async def test_a_button_on_home_and_in_a_modal_carries_the_view(stage: Stage, peer: Peer) -> None:
    blocks = {"type": "home", "blocks": card()}
    published = (await stage.call("views.publish", {"user_id": ALEX, "view": blocks}))["view"]
    payload, _ = await interaction(peer, stage.click(ALEX, {"view_id": published["id"]}, "choice", "approve"))
    assert (payload["container"], payload["view"]["type"]) == ({"type": "view", "view_id": published["id"]}, "home")
    view = await open_modal(stage, modal(*card(), text_input()))
    typed = {"values": {"reason": {"text": {"value": "draft"}}}}
    payload, _ = await interaction(peer, stage.click(ALEX, {"view_id": view["id"]}, "choice", "approve", state=typed))
    assert payload["view"]["state"]["values"]["reason"]["text"]["value"] == "draft"
    assert "response_url" not in payload


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"as": "U0NOBODY", "channel": IT_HELP, "text": "x"}, 404, "user_not_found"),
        ({"as": "U0BOT0001", "channel": IT_HELP, "text": "x"}, 404, "user_not_found"),
        ({"as": GUS, "channel": APPROVALS, "text": "x"}, 404, "channel_not_found"),
        ({"as": OLGA, "channel": APPROVALS, "text": "x"}, 403, "not_in_channel"),
        ({"as": ROBIN, "channel": IT_HELP, "text": "  "}, 400, "no_text"),
        ({"as": ROBIN, "channel": IT_HELP, "text": "x", "thread_ts": "1.1"}, 404, "thread_not_found"),
        ({"as": ROBIN, "channel": IT_HELP}, 400, "invalid_arguments"),
    ],
)
async def test_a_person_cannot_write_everywhere(stage: Stage, body: Json, status: int, error: str) -> None:
    answered, answer = await stage.control("POST", "messages", body)
    assert (answered, answer["error"]) == (status, error)


async def test_people_delete_their_own_messages_only(stage: Stage) -> None:
    ts = await stage.say("mine", channel=GENERAL)
    place = {"channel": GENERAL, "ts": ts}
    assert (await stage.control("POST", "messages/delete", {"as": OLGA, **place}))[0] == 403
    assert (await stage.control("POST", "messages/delete", {"as": ROBIN, **place}))[0] == 200


PICKED: dict[str, Any] = {
    "channels_select": IT_HELP,
    "checkboxes": [{"value": "ask"}],
    "conversations_select": IT_HELP,
    "datepicker": "2026-11-02",
    "datetimepicker": 1_795_000_000,
    "multi_channels_select": [IT_HELP],
    "multi_conversations_select": [IT_HELP],
    "multi_static_select": [{"value": "ask"}],
    "multi_users_select": [ALEX],
    "radio_buttons": {"value": "ask"},
    "static_select": {"value": "ask"},
    "timepicker": "10:30",
    "users_select": ALEX,
}


@pytest.mark.parametrize("kind", PICKED)
async def test_every_kind_of_element_sends_what_was_picked_and_all_that_slack_sends_with_it(
    stage: Stage, peer: Peer, kind: str
) -> None:
    offers = {"options": select()["options"]} if isinstance(PICKED[kind], list | dict) else {}
    offers = offers if kind in ("checkboxes", "radio_buttons") or "static" in kind else {}
    element = {"type": kind, "action_id": "pick", **offers}
    in_a_row = "multi" not in kind
    block = actions(element) if in_a_row else section() | {"block_id": "choice", "accessory": element}
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="Card", blocks=[block])
    await peer.acked()
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    clicking = stage.click(ALEX, place, "choice", "pick", **{VALUE_KEY[kind]: PICKED[kind]})
    payload, _ = await interaction(peer, clicking)
    missing = [key for key in REQUIRED if key not in payload]
    assert missing == []
    (sent,) = payload["actions"]
    assert {"type", "action_id", "block_id", "action_ts", VALUE_KEY[kind]} <= sent.keys()
    assert payload["state"]["values"]["choice"]["pick"][VALUE_KEY[kind]] == sent[VALUE_KEY[kind]]
    assert sent[VALUE_KEY[kind]]
