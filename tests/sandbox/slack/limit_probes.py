"""One payload for each published limit, of just the size that is asked for."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from sandbox.payload import Json
from sandbox.seed import IT_HELP
from tests.sandbox.slack.cards import actions, button, modal, plain, section

Probe: TypeAlias = tuple[str, Json]
"""The method and its arguments."""
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"}
VIDEO = {"type": "video", "alt_text": "A", "thumbnail_url": "https://example.com/a.png"}


def x(size: int) -> str:
    return "x" * size


def marked(size: int) -> Json:
    return {"type": "mrkdwn", "text": x(size)}


def posted(*blocks: Json) -> Probe:
    return "chat.postMessage", {"channel": IT_HELP, "text": "x", "blocks": list(blocks)}


def used(kind: str, **fields: Any) -> Probe:
    """A message with one element."""
    return posted(actions({"type": kind, "action_id": "a", **fields}))


def pressed(**fields: Any) -> Probe:
    return posted(actions(button() | fields))


def asked(**fields: Any) -> Probe:
    """A modal with one field."""
    element = {"type": "plain_text_input", "action_id": "a"}
    return opened(blocks=[{"type": "input", "label": plain("L"), "element": element, **fields}])


def filled(kind: str, **fields: Any) -> Probe:
    """A modal with one input of that kind."""
    return asked(element={"type": kind, "action_id": "a", **fields})


def opened(**fields: Any) -> Probe:
    return "views.open", {"view": modal(section()) | fields}


def option(number: int = 0, **fields: Any) -> Json:
    return {"text": plain("A"), "value": f"v{number}", **fields}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def picked(**fields: Any) -> Probe:
    """An overflow menu with one option."""
    return used("overflow", options=[option(**fields)])


def groups(count: int) -> list[Json]:
    return [{"label": plain("G"), "options": [option(number)]} for number in range(count)]


def confirmed(**fields: Any) -> Probe:
    texts = {"title": plain("T"), "text": plain("Sure?"), "confirm": plain("Yes"), "deny": plain("No")}
    return pressed(confirm=texts | fields)


def liked(**fields: Any) -> Probe:
    good, bad = {"text": plain("Good"), "value": "g"}, {"text": plain("Bad"), "value": "b"}
    buttons = {"type": "feedback_buttons", "action_id": "f", "positive_button": good | fields, "negative_button": bad}
    return posted({"type": "context_actions", "elements": [buttons]})


def cells(rows: int, columns: int, each: int = 1) -> list[list[Json]]:
    return [[{"type": "raw_text", "text": x(each)} for _ in range(columns)] for _ in range(rows)]


def icons(count: int) -> list[Json]:
    one = {"type": "icon_button", "icon": "trash", "text": plain("Delete")}
    return [one | {"action_id": f"i{number}"} for number in range(count)]


def container(**fields: Any) -> Probe:
    return posted({"type": "container", "title": plain("T"), "child_blocks": [{"type": "divider"}], **fields})


def data_table(**fields: Any) -> Probe:
    return posted({"type": "data_table", "caption": "C", "rows": cells(2, 2), **fields})


def repeated(block: Json, count: int) -> list[Json]:
    return [block | {"block_id": f"b{number}"} for number in range(count)]


def written(size: int) -> Probe:
    """Blocks with that many characters in all."""
    parts = [min(2500, size - start) for start in range(0, size, 2500)]
    return posted(*[section(x(part)) | {"block_id": str(number)} for number, part in enumerate(parts)])


def padded(size: int) -> Probe:
    """A view of that many bytes."""
    view = modal(section()) | {"blocks": repeated(section(x(2800)), 86), "private_metadata": ""}
    return "views.open", {"view": view | {"private_metadata": x(size - len(json.dumps(view)))}}


PROBES: dict[str, Callable[[int], Probe]] = {
    "accessibility_label": lambda n: pressed(accessibility_label=x(n)),
    "action_id": lambda n: pressed(action_id=x(n)),
    "actions.elements": lambda n: posted(actions(*[button(f"a{number}") for number in range(n)])),
    "block_id": lambda n: posted(section() | {"block_id": x(n)}),
    "button.text": lambda n: pressed(text=plain(x(n))),
    "button.url": lambda n: pressed(url="https://example.com/".ljust(n, "x")),
    "button.value": lambda n: pressed(value=x(n)),
    "card.body": lambda n: posted({"type": "card", "body": marked(n)}),
    "card.subtitle": lambda n: posted({"type": "card", "title": marked(1), "subtitle": marked(n)}),
    "card.title": lambda n: posted({"type": "card", "title": marked(n)}),
    "carousel.elements": lambda n: posted(
        {"type": "carousel", "elements": repeated({"type": "card", "title": marked(1)}, n)}
    ),
    "checkboxes.options": lambda n: used("checkboxes", options=options(n)),
    "confirm.button": lambda n: confirmed(confirm=plain(x(n))),
    "confirm.text": lambda n: confirmed(text=plain(x(n))),
    "confirm.title": lambda n: confirmed(title=plain(x(n))),
    "container.child_blocks": lambda n: container(child_blocks=repeated({"type": "divider"}, n)),
    "container.subtitle": lambda n: container(subtitle=plain(x(n))),
    "container.title": lambda n: container(title=plain(x(n))),
    "context.elements": lambda n: posted({"type": "context", "elements": [plain("x")] * n}),
    "context_actions.elements": lambda n: posted({"type": "context_actions", "elements": icons(n)}),
    "data_table.page_size": lambda n: data_table(page_size=n),
    "data_table.rows": lambda n: data_table(rows=cells(n, 2)),
    "feedback_button.text": lambda n: liked(text=plain(x(n))),
    "feedback_button.value": lambda n: liked(value=x(n)),
    "file_input.max_files": lambda n: filled("file_input", max_files=n),
    "header.text": lambda n: posted({"type": "header", "text": plain(x(n))}),
    "image.alt_text": lambda n: posted(IMAGE | {"alt_text": x(n)}),
    "image.title": lambda n: posted(IMAGE | {"title": plain(x(n))}),
    "image.url": lambda n: posted(IMAGE | {"image_url": "https://example.com/".ljust(n, "x")}),
    "input.hint": lambda n: asked(hint=plain(x(n))),
    "input.label": lambda n: asked(label=plain(x(n))),
    "markdown.text": lambda n: posted({"type": "markdown", "text": x(n)}),
    "message.attachments": lambda n: ("chat.postMessage", {"channel": IT_HELP, "attachments": [{"text": "a"}] * n}),
    "message.block_text": written,
    "message.blocks": lambda n: posted(*[{"type": "divider"}] * n),
    "message.markdown_blocks": lambda n: posted(*[{"type": "markdown", "text": x(size)} for size in (6000, n - 6000)]),
    "message.tables": lambda n: posted(*[{"type": "table", "rows": cells(1, 1)}] * n),
    "option.description": lambda n: picked(description=plain(x(n))),
    "option.text": lambda n: picked(text=plain(x(n))),
    "option.url": lambda n: picked(url="https://example.com/".ljust(n, "x")),
    "option.value": lambda n: picked(value=x(n)),
    "option_group.label": lambda n: used("static_select", option_groups=[groups(1)[0] | {"label": plain(x(n))}]),
    "overflow.options": lambda n: used("overflow", options=options(n)),
    "placeholder": lambda n: used("static_select", options=options(1), placeholder=plain(x(n))),
    "plain_text_input.length": lambda n: filled("plain_text_input", max_length=n),
    "radio_buttons.options": lambda n: used("radio_buttons", options=options(n)),
    "rich_text_input.max_lines": lambda n: filled("rich_text_input", max_lines=n),
    "section.field": lambda n: posted({"type": "section", "fields": [marked(n)]}),
    "section.fields": lambda n: posted({"type": "section", "fields": [marked(1)] * n}),
    "section.text": lambda n: posted(section(x(n))),
    "select.option_groups": lambda n: used("static_select", option_groups=groups(n)),
    "select.options": lambda n: used("static_select", options=options(n)),
    "table.columns": lambda n: posted({"type": "table", "rows": cells(1, n)}),
    "table.rows": lambda n: posted({"type": "table", "rows": cells(n, 1)}),
    "table.text": lambda n: posted({"type": "table", "rows": [*cells(9, 1, 1000), *cells(1, 1, n - 9000)]}),
    "text_object.text": lambda n: posted({"type": "context", "elements": [marked(n)]}),
    "video.author_name": lambda n: posted(
        VIDEO | {"title": plain("T"), "video_url": "https://example.com/v", "author_name": x(n)}
    ),
    "video.title": lambda n: posted(VIDEO | {"title": plain(x(n)), "video_url": "https://example.com/v"}),
    "view.blocks": lambda n: opened(blocks=[{"type": "divider"}] * n),
    "view.callback_id": lambda n: opened(callback_id=x(n)),
    "view.close": lambda n: opened(close=plain(x(n))),
    "view.external_id": lambda n: opened(external_id=x(n)),
    "view.private_metadata": lambda n: opened(private_metadata=x(n)),
    "view.size": padded,
    "view.submit": lambda n: opened(submit=plain(x(n))),
    "view.title": lambda n: opened(title=plain(x(n))),
}
