"""Interactive elements: what they send and what a form holds."""

from typing import Any

import pytest

from sandbox.payload import Json
from sandbox.slack.elements import WrongValue, action, find_element, incomplete, state
from tests.sandbox.slack.cards import actions, button, plain, section, select, text_input


def field(kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": "x", **more}
    return {"type": "input", "block_id": "b", "label": plain("L"), "element": element}


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        ("plain_text_input", {"value": "a"}, {"value": "a"}),
        ("plain_text_input", {"value": ""}, {"value": None}),
        ("users_select", {"selected_user": "U1"}, {"selected_user": "U1"}),
        ("multi_users_select", {}, {"selected_users": None}),
        ("datepicker", {"selected_date": "2026-11-02"}, {"selected_date": "2026-11-02"}),
        ("number_input", {"value": "7"}, {"value": "7"}),
    ],
)
def test_each_kind_holds_its_value_under_slacks_own_key(kind: str, given: Json, held: Json) -> None:
    assert state([field(kind)], {"b": {"x": given}}) == {"b": {"x": {"type": kind} | held}}


def test_an_untouched_element_holds_its_initial_value() -> None:
    blocks = [actions(select()), field("datepicker", initial_date="2026-11-02")]
    values = state(blocks, {})
    assert values["choice"]["pick"]["selected_option"]["value"] == "edit"
    assert values["b"]["x"]["selected_date"] == "2026-11-02"


def test_options_are_the_elements_own_even_in_groups() -> None:
    grouped: Json = {"type": "static_select", "action_id": "x"}
    grouped |= {"option_groups": [{"label": plain("G"), "options": select()["options"]}]}
    chosen = action(grouped, "b", "1.1", {"selected_option": {"value": "ask", "text": plain("Forged")}})
    assert chosen["selected_option"]["text"]["text"] == "Ask"
    with pytest.raises(WrongValue):
        action(grouped, "b", "1.1", {"selected_option": "other"})


def test_several_options_are_checked_one_by_one() -> None:
    boxes = field("checkboxes", options=select()["options"])
    values = state([boxes], {"b": {"x": {"selected_options": [{"value": "ask"}]}}})
    assert [option["value"] for option in values["b"]["x"]["selected_options"]] == ["ask"]
    assert state([boxes], {})["b"]["x"]["selected_options"] == []


def test_feedback_buttons_send_the_value_of_the_one_that_was_pressed() -> None:
    good, bad = ({"text": plain(word), "value": word} for word in ("good", "bad"))
    element = {"type": "feedback_buttons", "action_id": "f", "positive_button": good, "negative_button": bad}
    assert action(element, "b", "1.1", {"value": "bad"})["value"] == "bad"
    with pytest.raises(WrongValue):
        action(element, "b", "1.1", {"value": "ugly"})


def test_an_element_is_found_wherever_it_stands() -> None:
    with_accessory = section() | {"accessory": button("side")}
    assert find_element([with_accessory, actions()], "facts", "side") == button("side")
    assert find_element([with_accessory, actions()], "choice", "side") is None


@pytest.mark.parametrize(
    ("block", "given", "complaint"),
    [
        (text_input(), None, "Please complete this required field."),
        (text_input(min_length=3), "ab", "Please use at least 3 characters."),
        (text_input(max_length=3), "abcd", "Please use at most 3 characters."),
        (text_input() | {"optional": True}, None, None),
        (text_input(), "fine", None),
    ],
)
def test_the_client_checks_a_form_before_it_is_sent(block: Json, given: str | None, complaint: str | None) -> None:
    values = state([block], {"reason": {"text": {"value": given}}})
    assert incomplete([section(), block], values).get("reason") == complaint


def test_a_number_must_be_one() -> None:
    values = state([field("number_input")], {"b": {"x": {"value": "seven"}}})
    assert incomplete([field("number_input")], values) == {"b": "Please enter a number."}
