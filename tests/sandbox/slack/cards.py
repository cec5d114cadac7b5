"""Block Kit pieces for the tests."""

from typing import Any

from sandbox.payload import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Suspend leaver@example.com") -> Json:
    return {"type": "section", "block_id": "facts", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str = "approve", value: str = "a1") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Approve"), "value": value}


def select() -> Json:
    options = [{"text": plain("Edit"), "value": "edit"}, {"text": plain("Ask"), "value": "ask"}]
    return {"type": "static_select", "action_id": "pick", "options": options, "initial_option": options[0]}


def overflow() -> Json:
    return {"type": "overflow", "action_id": "more", "options": [{"text": plain("Edit"), "value": "edit"}]}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "choice", "elements": list(elements or (button(),))}


def card(*elements: Json) -> list[Json]:
    return [section(), actions(*elements)]


def text_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    title, submit = plain("Deny"), plain("Send")
    return {"type": "modal", "title": title, "submit": submit, "blocks": list(blocks or (text_input(),)), **more}


def home(text: str = "Nothing waits for you") -> Json:
    return {"type": "home", "blocks": [section(text)]}
