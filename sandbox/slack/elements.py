"""Interactive elements: finding one in blocks, what it sends when used, and what a form holds."""

from collections.abc import Iterator
from typing import Any

from sandbox.payload import Json
from sandbox.slack.block_rules import nested

VALUE_KEY = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "email_text_input": "value",
    "external_select": "selected_option",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "multi_external_select": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "number_input": "value",
    "plain_text_input": "value",
    "radio_buttons": "selected_option",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "url_text_input": "value",
    "users_select": "selected_user",
}
SENT_ALONG = ("text", "style", "url", "confirm", "placeholder", "value", "accessibility_label", "min_query_length")


class WrongValue(Exception):
    """The element cannot take that value."""


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each of its interactive elements."""
    for block in blocks:
        for found in nested(block):
            if "action_id" in found and found is not block:
                yield block, found


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """The element with those ids, if it is still there."""
    known = elements(blocks)
    return next((one for block, one in known if (block["block_id"], one["action_id"]) == (block_id, action_id)), None)


def action(element: Json, block_id: str, action_ts: str, given: Json) -> Json:
    """The entry of `actions`: the element's own value, or what the person picked. Raises WrongValue."""
    sent = {key: element[key] for key in (*SENT_ALONG, *initial_keys(element)) if key in element}
    sent |= {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": action_ts}
    if element["type"] == "overflow":
        return sent | {"selected_option": own_option(element, given.get("selected_option"))}
    if element["type"] == "feedback_buttons":
        return sent | {"value": feedback(element, given.get("value"))}
    if element["type"] in VALUE_KEY:
        return sent | current(element, given)
    return sent


def current(element: Json, given: Json) -> Json:
    """The element's value for `state`: what was given, else its initial value, else null. Raises WrongValue."""
    key = VALUE_KEY[element["type"]]
    value = given[key] if key in given else initial(element)
    if key == "selected_option" and value is not None:
        value = own_option(element, value)
    if key == "selected_options":
        value = [own_option(element, one) for one in value or []]
    if key == "value" and value == "":
        value = None
    return {"type": element["type"], key: value}


def state(blocks: list[Json], given: Json) -> Json:
    """`state.values` of a message or view: every element that holds a value. Raises WrongValue."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in VALUE_KEY:
            block_id, action_id = block["block_id"], element["action_id"]
            chosen = given.get(block_id, {}).get(action_id, {})
            values.setdefault(block_id, {})[action_id] = current(element, chosen)
    return values


def initial_keys(element: Json) -> list[str]:
    return [key for key in element if key.startswith("initial_")]


def initial(element: Json) -> Any:
    keys = initial_keys(element)
    return element[keys[0]] if keys else None


def own_option(element: Json, chosen: Any) -> Json:
    """The element's own option object, found by its value. Raises WrongValue."""
    value = chosen.get("value") if isinstance(chosen, dict) else chosen
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    for option in options:
        if option["value"] == value:
            return dict(option)
    raise WrongValue(f"{element['action_id']} has no option {value!r}")


def feedback(element: Json, value: Any) -> str:
    values = [str(element[key]["value"]) for key in ("positive_button", "negative_button")]
    if value not in values:
        raise WrongValue(f"{element['action_id']} has no button {value!r}")
    return str(value)


def incomplete(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client says before it sends a form: block id -> the message under the field."""
    found: dict[str, str] = {}
    for block in blocks:
        element = block.get("element") if block["type"] == "input" else None
        if element and element["type"] in VALUE_KEY:
            held = values[block["block_id"]][element["action_id"]][VALUE_KEY[element["type"]]]
            problem = "" if block.get("optional") and not held else complaint(element, held)
            found |= {block["block_id"]: problem} if problem else {}
    return found


def complaint(element: Json, held: Any) -> str:
    if held in (None, "", []):
        return "Please complete this required field."
    if isinstance(held, str) and len(held) < element.get("min_length", 0):
        return f"Please use at least {element['min_length']} characters."
    if isinstance(held, str) and len(held) > element.get("max_length", 3000):
        return f"Please use at most {element.get('max_length', 3000)} characters."
    if element["type"] == "number_input" and not str(held).replace(".", "", 1).removeprefix("-").isdigit():
        return "Please enter a number."
    return ""
