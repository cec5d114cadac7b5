"""Blocks that a tool made, made anew from their words: what only displays is shown, everything else is named.

Nothing is taken over as it came. Text is text (no mention, link or date works), an image needs an allowed host; what
could be clicked, every id and every unknown field stay behind. A heading becomes a line, so nothing looks like a card.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    RichTextBlock,
    RichTextElement,
    RichTextListElement,
    RichTextSectionElement,
)

from blocks.foreign_text import (
    cell_text,
    cut,
    field,
    list_of,
    plain_parts,
    rich_parts,
    said,
    text_parts,
    type_of,
    words_of,
)
from blocks.images import Gallery
from blocks.markdown import blocks_of, unsplit
from blocks.parts import Parts, bold, line, preformatted, quote, rich, say
from blocks.tables import ROWS, table_block, table_text
from blocks.text import prose
from bot.untrusted import redact

Json: TypeAlias = dict[str, Any]
Draw: TypeAlias = Callable[["Display", Json], Iterator[Block]]

MOST = 40
"""Blocks of one result that are looked at; Slack takes 50 in a message (Slack docs, "Blocks")."""
_ITEMS = 20
_TEXTS = frozenset({"plain_text", "mrkdwn"})
_IMAGE = frozenset({"image_url", "alt_text", "title"})
_NAMED = frozenset(
    (
        *("button", "checkboxes", "context_actions", "datepicker", "datetimepicker", "external_select", "file"),
        *("feedback_buttons", "multi_static_select", "overflow", "radio_buttons", "static_select", "timepicker"),
        *("input", "users_select", "video", "workflow_button"),
    )
)
"""Types that are named when they are left out; of others a server could make up any word."""


class Display:
    """Rebuilds the blocks of one result. `dropped` and `gallery.foreign` count what stays behind."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self.gallery = Gallery(hosts)
        self.dropped = Counter[str]()
        self._has_table = False

    def rebuilt(self, items: Sequence[object]) -> list[Block]:
        """What only displays, in order. Slack takes one table in a message: a second one becomes aligned text."""
        self._count("more block", len(items) - MOST)
        return [block for item in items[:MOST] for block in self._block(item)]

    def section(self, item: Json) -> Iterator[Block]:
        """Text and fields in a bar, an image that stands beside them below."""
        fields = list_of(item.get("fields"))
        self._count("more field", len(fields) - _ITEMS)
        yield from _barred([text_parts(text) for text in (item.get("text"), *fields[:_ITEMS])])
        if item.get("accessory") is not None:
            yield from self._beside(item["accessory"])

    def context(self, item: Json) -> Iterator[Block]:
        """Its texts in a bar, its images below."""
        elements = list_of(item.get("elements"))
        self._count("more element", len(elements) - _ITEMS)
        yield from _barred([text_parts(one) for one in elements[:_ITEMS] if type_of(one) in _TEXTS])
        for other in (one for one in elements[:_ITEMS] if type_of(one) not in _TEXTS):
            yield from self._beside(other)

    def header(self, item: Json) -> Iterator[Block]:
        """A line in bold, in a bar: only our cards have headings."""
        if words := prose(cut(redact(words_of(item.get("text"))))):
            yield from _barred([[bold(words)]])

    def divider(self, _item: Json) -> Iterator[Block]:
        """A line."""
        yield DividerBlock()

    def image(self, item: Json) -> Iterator[Block]:
        """An image of an allowed host."""
        url = item.get("image_url")
        words = (words_of(item.get("alt_text")), words_of(item.get("title")))
        if found := self.gallery.take(url if isinstance(url, str) else "", *words):
            yield found

    def table(self, item: Json) -> Iterator[Block]:
        """Its words, without links."""
        rows = [[cell_text(cell) for cell in list_of(row)] for row in list_of(item.get("rows"))]
        rows = [row for row in rows if row]
        self._count("more row", len(rows) - ROWS - 1)
        width = max(map(len, rows), default=0)
        cells = [[*row, *[""] * (width - len(row))] for row in rows[: ROWS + 1]]
        if cells:
            block = None if self._has_table else table_block(cells)
            self._has_table = True
            yield block or rich(preformatted(cut(table_text(cells))))

    def markdown(self, item: Json) -> Iterator[Block]:
        """Formatted as the model's own words are, with its paragraphs in a bar."""
        text = cut(unsplit(words_of(item.get("text"))))
        try:
            blocks = blocks_of(text)
        except RecursionError:
            blocks = [rich(line(plain_parts(text)))]
        for block in blocks:
            if block.type == "table" and self._has_table:
                self._count("table", 1)
            else:
                self._has_table = self._has_table or block.type == "table"
                yield _in_a_bar(block) if isinstance(block, RichTextBlock) else block

    def rich_text(self, item: Json) -> Iterator[Block]:
        """Paragraphs and quotes in a bar, lists and code as they are."""
        elements = list_of(item.get("elements"))
        self._count("more element", len(elements) - _ITEMS)
        if shown := [part for one in elements[:_ITEMS] for part in self._element(one)]:
            yield rich(*shown)

    def _block(self, item: object) -> Iterator[Block]:
        kind = type_of(item)
        if not isinstance(item, dict) or kind not in _DRAWN:
            self._drop(item)
            return
        draw, known = _DRAWN[kind]
        self._drop_fields(item, known)
        yield from draw(self, item)

    def _beside(self, element: object) -> Iterator[Block]:
        if isinstance(element, dict) and type_of(element) == "image":
            self._drop_fields(element, _IMAGE)
            yield from self.image(element)
        else:
            self._drop(element)

    def _element(self, item: object) -> Iterator[RichTextElement]:
        inner = list_of(field(item, "elements"))
        match type_of(item):
            case "rich_text_section" | "rich_text_quote":
                if parts := rich_parts(inner):
                    yield quote(parts)
            case "rich_text_preformatted":
                yield preformatted(prose(cut(redact("".join(map(said, inner))))) or " ")
            case "rich_text_list":
                self._count("more element", len(inner) - _ITEMS)
                lines = [
                    line(parts) for one in inner[:_ITEMS] if (parts := rich_parts(list_of(field(one, "elements"))))
                ]
                style = "ordered" if field(item, "style") == "ordered" else "bullet"
                if lines:
                    yield RichTextListElement(elements=lines, style=style, indent=0)
            case _:
                self._drop(item)

    def _drop(self, item: object) -> None:
        kind = type_of(item)
        if kind == "actions":
            for one in list_of(field(item, "elements"))[:_ITEMS]:
                self._drop(one)
        else:
            self._count(kind.replace("_", " ").removesuffix("s") if kind in _NAMED else "unknown part", 1)

    def _drop_fields(self, item: Json, known: frozenset[str]) -> None:
        for key in item.keys() - known - {"type"}:
            self._count("id" if key in ("block_id", "action_id") else "unknown field", 1)

    def _count(self, noun: str, left: int) -> None:
        if left > 0:
            self.dropped[noun] += left


_DRAWN: Mapping[str, tuple[Draw, frozenset[str]]] = MappingProxyType(
    {
        "context": (Display.context, frozenset({"elements"})),
        "divider": (Display.divider, frozenset()),
        "header": (Display.header, frozenset({"text"})),
        "image": (Display.image, _IMAGE),
        "markdown": (Display.markdown, frozenset({"text"})),
        "rich_text": (Display.rich_text, frozenset({"elements"})),
        "section": (Display.section, frozenset({"text", "fields", "accessory", "expand"})),
        "table": (Display.table, frozenset({"rows", "column_settings"})),
    }
)
"""What may be shown, how, and the fields that are read of it."""


def _in_a_bar(block: RichTextBlock) -> RichTextBlock:
    elements = [one for one in block.elements if isinstance(one, RichTextElement)]
    return rich(*(quote(_parts(one)) if isinstance(one, RichTextSectionElement) else one for one in elements))


def _parts(of: RichTextSectionElement) -> Parts:
    return [part for part in of.elements if isinstance(part, RichTextElement)]


def _barred(paragraphs: Sequence[Parts]) -> Iterator[Block]:
    """A bar at the side: it is somebody else's."""
    parts: Parts = []
    for paragraph in filter(None, paragraphs):
        parts += [*([say("\n")] if parts else []), *paragraph]
    if parts:
        yield rich(quote(parts))
