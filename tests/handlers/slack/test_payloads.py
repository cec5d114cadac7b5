"""What Slack sends, as values; what does not fit is refused by name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from blocks import ids
from blocks.metadata import ModalState
from bot.errors import BadInput
from handlers.slack import payloads
from handlers.slack.payloads import Asked, Means, Said

BOT = "U0BOT0001"


def an_event(**fields: Any) -> dict[str, Any]:
    event = {"type": "message", "user": "U1", "channel": "C1", "ts": "10.5", "text": f"<@{BOT}> hello", "team": "T1"}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "event": event | fields,
        "authorizations": [{"user_id": BOT, "is_bot": True}],
    }


def a_click(**fields: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": ids.APPROVE, "action_ts": "11.0", "value": "a1:c1"}
    body = {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": "T1"},
        "container": {"type": "message", "message_ts": "10.5", "channel_id": "C1"},
        "trigger_id": "trigger",
        "actions": [action],
    }
    return body | fields


def asked_text(text: str) -> str:
    found = payloads.heard(an_event(text=text), "")
    assert isinstance(found, Asked)
    return found.mention.text


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        (f"<@{BOT}> hello", "hello"),
        (f"hey <@{BOT}|countersign> hello", "hey hello"),
        (f"<@{BOT}>", ""),
        (f"<@{BOT}> ask <@U2> in <#C2|ops>", "ask <@U2> in <#C2|ops>"),
        (f"<@{BOT}> mail <mailto:a@example.com|a@example.com>", "mail a@example.com"),
        (f"<@{BOT}> see <https://example.com/?a=1&amp;b=2|example.com>", "see https://example.com/?a=1&b=2"),
        (f"<@{BOT}> is 1 &lt; 2 &amp;&amp; 3 &gt; 2?", "is 1 < 2 && 3 > 2?"),
        (f"<@{BOT}> write &amp;lt; here", "write &lt; here"),
        (f"<@{BOT}> line\n  two", "line\n  two"),
    ],
)
def test_text_is_what_the_person_typed_without_our_name(sent: str, typed: str) -> None:
    assert asked_text(sent) == typed


def test_the_payload_says_who_we_are_before_our_memory_does() -> None:
    assert isinstance(payloads.heard(an_event(), "U0OLD0001"), Asked)
    assert isinstance(payloads.heard(an_event() | {"authorizations": []}, BOT), Asked)


def test_a_message_in_a_channel_to_nobody_is_not_ours() -> None:
    assert payloads.heard(an_event(text="lunch?"), "") is None


def test_a_bot_nobody_knows_yet_is_still_reached_by_app_mention() -> None:
    body = an_event(type="app_mention") | {"authorizations": []}
    assert isinstance(payloads.heard(body, ""), Asked)
    assert payloads.heard(an_event() | {"authorizations": []}, "") is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_messages_of_people_count_whatever_slack_calls_them(subtype: str) -> None:
    assert isinstance(payloads.heard(an_event(subtype=subtype), ""), Asked)


@pytest.mark.parametrize(
    "fields",
    [{"subtype": "message_changed"}, {"subtype": "message_deleted"}, {"subtype": "channel_join"}, {"bot_id": "B1"}],
)
def test_what_no_person_wrote_is_ignored(fields: dict[str, str]) -> None:
    assert payloads.heard(an_event(**fields), "") is None


def test_a_mention_in_a_thread_is_asked_and_a_reply_is_said() -> None:
    asked = payloads.heard(an_event(thread_ts="9.0"), "")
    said = payloads.heard(an_event(thread_ts="9.0", text="me too"), "")
    assert isinstance(asked, Asked)
    assert isinstance(said, Said)
    assert asked.mention.thread_ts == said.mention.thread_ts == "9.0"


def test_a_guest_from_another_workspace_keeps_its_own_workspace() -> None:
    found = payloads.heard(an_event(user_team="T-other"), "")
    assert isinstance(found, Asked)
    assert found.mention.actor.team == "T-other"
    assert found.mention.keys == ("event:Ev1", "message:T1:C1:10.5")


@pytest.mark.parametrize("missing", ["user", "channel", "ts"])
def test_an_event_without_its_parts_is_refused_by_name(missing: str) -> None:
    with pytest.raises(BadInput) as refused:
        payloads.heard(an_event(**{missing: None}), "")
    assert refused.value.where == missing


def test_a_click_is_keyed_by_who_where_when_and_what() -> None:
    click = payloads.click(a_click())
    assert click.key == f"click:T1:U1:10.5:11.0:{ids.APPROVE}"
    assert (click.approval_id, click.call_ids, click.channel, click.message_ts) == ("a1", ("c1",), "C1", "10.5")


@pytest.mark.parametrize(
    ("action_ts", "at"),
    [
        ("1767603600.000100", datetime(2026, 1, 5, 9, 0, 0, 100, UTC)),
        ("9999999999.5", datetime(2286, 11, 20, 17, 46, 39, 500_000, UTC)),
        *[(text, None) for text in ("99999999999.0", "-1.0", "1e9", "nan", "soon", "1767603600", "١.٢", "1.0\n")],
    ],
)
def test_a_moment_that_cannot_be_read_is_none(action_ts: str, at: datetime | None) -> None:
    body = a_click()
    body["actions"][0]["action_ts"] = action_ts
    assert payloads.click(body).at == at


@pytest.mark.parametrize("value", ["a1:c1", "a1"])
def test_a_click_says_whether_its_button_asked_first(value: str) -> None:
    body = a_click()
    for written, asked in ((value, False), (f"{value}{ids.ASKED}", True)):
        body["actions"][0]["value"] = written
        click = payloads.click(body)
        assert (click.approval_id, click.asked) == ("a1", asked)
    body["actions"][0]["value"] = f"{value}{ids.ASKED}{ids.ASKED}"
    with pytest.raises(BadInput):
        payloads.click(body)


def test_a_click_of_somebody_from_elsewhere_keeps_their_workspace() -> None:
    click = payloads.click(a_click(user={"id": "U1", "team_id": "T-other"}))
    assert (click.actor.team, click.key.split(":")[1]) == ("T-other", "T-other")


def test_a_click_in_a_modal_takes_the_card_from_the_modal() -> None:
    view = {"id": "V1", "private_metadata": ModalState("a1", (), 3, "C1", "10.5").dump()}
    click = payloads.click(a_click(container={"type": "view", "view_id": "V1"}, view=view))
    assert (click.view_id, click.page, click.channel, click.message_ts) == ("V1", 3, "C1", "10.5")
    assert click.key == f"click:T1:U1:V1:11.0:{ids.APPROVE}"


@pytest.mark.parametrize(
    "fields",
    [
        {"actions": []},
        {"actions": [{"action_id": "x", "action_ts": "1", "value": ""}]},
        {"user": None},
        {"container": "message"},
        {"view": {"id": "V1", "private_metadata": "not ours"}},
        {"view": {"id": "V1", "private_metadata": "{}"}},
        {"view": {"id": "V1", "private_metadata": "[]"}},
    ],
)
def test_a_click_that_is_not_one_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        payloads.click(a_click(**fields))


def test_reach_never_fails() -> None:
    nobody = payloads.reach({"type": "view_submission", "view": {"blocks": None, "private_metadata": "{"}})
    assert (nobody.means, nobody.channel, nobody.user, nobody.input_block) == (Means.SUBMISSION, "", "", "")
    assert payloads.reach({}).means is Means.EVENT
