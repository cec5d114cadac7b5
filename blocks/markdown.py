"""Markdown as rich text and tables. It is untrusted: it becomes text and style, never a mention, a link or a date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)

from blocks.parts import Parts, line, preformatted, quote, rich, say
from blocks.tables import table_block, table_text
from blocks.text import kept, prose
from bot.untrusted import redact

_DEPTH = 8
"""Slack docs, "Rich text block": lists are indented at most 8 deep."""


@dataclass(frozen=True, slots=True)
class _Style:
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False

    def element(self, text: str) -> RichTextElement:
        names = [name for name in ("bold", "italic", "strike", "code") if getattr(self, name)]
        return RichTextElementParts.Text(text=text, style=dict.fromkeys(names, True) if names else None)


_PLAIN = _Style()
_GIF = re.compile(r"https://[^\s<>()\[\]\"'|\\]+?\.gif(?![\w-]|\.\w)(?:\?[\w=&.%-]*)?")
_MARKS = re.compile(r"[*~`\\]")
"""What CommonMark takes away in the middle of a word; it also writes out `&#65;`."""


def unsplit(markdown: str) -> str:
    """As it is, unless a secret would come together only once it is formatted: then without its formatting."""
    bare = unescape(_MARKS.sub("", markdown))
    shown = redact(bare)
    return markdown if shown == bare else shown


def blocks_of(markdown: str) -> list[Block]:
    """Rich text, dividers and at most one table block; a second table becomes preformatted text."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).parse(markdown))
    blocks: list[Block] = []
    run: list[RichTextElement] = []
    tables = 0
    for node in tree.children:
        if node.type == "table" and not tables and (table := table_block(_cells(node))):
            blocks, run, tables = [*blocks, *_closed(run), table], [], 1
        elif node.type == "hr":
            blocks, run = [*blocks, *_closed(run), DividerBlock()], []
        else:
            run += [*_gap(run, node), *_elements(node, 0)]
    return [*blocks, *_closed(run)]


def images_in(markdown: str) -> Iterator[tuple[str, str]]:
    """The address and the words of each image, and of each link or address that ends in .gif, outside of code."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).parse(markdown))
    for node in tree.walk():
        if node.type == "image":
            yield str(node.attrs["src"]), node.content
        elif node.type == "link" and _GIF.fullmatch(address := str(node.attrs["href"])):
            yield address, "".join(child.content for child in node.children if child.type == "text")
        elif node.type == "text" and node.parent is not None and node.parent.type != "link":
            yield from ((found, "") for found in _GIF.findall(node.content))


def _closed(run: list[RichTextElement]) -> list[Block]:
    return [rich(*run)] if run else []


def _gap(run: list[RichTextElement], node: SyntaxTreeNode) -> list[RichTextElement]:
    """An empty line between two paragraphs; quotes, lists and code keep their own distance."""
    after_text = bool(run) and isinstance(run[-1], RichTextSectionElement)
    return [line([say("\n")])] if after_text and node.type in ("paragraph", "heading") else []


def _elements(node: SyntaxTreeNode, depth: int) -> Iterator[RichTextElement]:
    match node.type:
        case "paragraph":
            yield from _paragraph(node, _PLAIN)
        case "heading":
            yield from _paragraph(node, _Style(bold=True))
        case "blockquote":
            yield from _quoted(node)
        case "fence" | "code_block":
            yield preformatted(prose(node.content.rstrip("\n")) or " ")
        case "table":
            yield preformatted(table_text(_cells(node)))
        case "bullet_list" | "ordered_list":
            yield from _listed(node, depth)
        case _:
            yield from (element for child in node.children for element in _elements(child, depth))


def _paragraph(node: SyntaxTreeNode, style: _Style) -> Iterator[RichTextSectionElement]:
    if parts := _inline(node, style):
        yield line(parts)


def _quoted(node: SyntaxTreeNode) -> Iterator[RichTextElement]:
    parts: Parts = []
    for child in node.walk():
        if child.type == "inline" and (said := list(_spans(child, _PLAIN))):
            parts += [*([say("\n")] if parts else []), *said]
        elif child.type in ("fence", "code_block") and (text := prose(child.content)):
            parts += [*([say("\n")] if parts else []), _Style(code=True).element(text)]
    if parts:
        yield quote(parts)


def _listed(node: SyntaxTreeNode, depth: int) -> Iterator[RichTextElement]:
    """Slack's lists hold lines only, so what an item holds beside its line follows it, and the list goes on."""
    ordered = node.type == "ordered_list"
    start = int(node.attrs.get("start", 1)) if ordered else 1
    pending: list[RichTextSectionElement] = []
    first = start
    for number, item in enumerate(node.children, start):
        has_line = bool(item.children) and item.children[0].type == "paragraph"
        pending.append(line((has_line and _inline(item.children[0], _PLAIN)) or [say(" ")]))
        follow = [element for child in item.children[has_line:] for element in _elements(child, depth + 1)]
        if follow:
            yield _list(pending, depth, first - 1, ordered=ordered)
            yield from follow
            pending, first = [], number + 1
    if pending:
        yield _list(pending, depth, first - 1, ordered=ordered)


def _list(lines: Sequence[RichTextSectionElement], depth: int, offset: int, *, ordered: bool) -> RichTextListElement:
    style = "ordered" if ordered else "bullet"
    indent = min(depth, _DEPTH)
    return RichTextListElement(
        elements=list(lines), style=style, indent=indent, offset=offset if ordered and offset else None
    )


def _inline(node: SyntaxTreeNode, style: _Style) -> Parts:
    return [part for child in node.children for part in _spans(child, style)]


def _spans(node: SyntaxTreeNode, style: _Style) -> Iterator[RichTextElement]:
    match node.type:
        case "text" | "code_inline" | "html_inline" | "html_block":
            shown = replace(style, code=True) if node.type == "code_inline" else style
            if text := kept(node.content):
                yield shown.element(text)
        case "softbreak" | "hardbreak":
            yield say("\n")
        case "image":
            yield style.element(kept(f"{node.content or 'image'} ({node.attrs['src']})"))
        case "link":
            yield from _link(node, style)
        case _:
            inner = replace(style, **_STYLES.get(node.type, {}))
            yield from (part for child in node.children for part in _spans(child, inner))


def _link(node: SyntaxTreeNode, style: _Style) -> Iterator[RichTextElement]:
    """The words, and the address in parentheses: nothing can be clicked whose address is not in sight."""
    parts = [part for child in node.children for part in _spans(child, style)]
    words = "".join(str(part.to_dict()["text"]) for part in parts)
    address = kept(str(node.attrs["href"]))
    yield from parts
    if address and address not in (words, f"mailto:{words}"):
        yield style.element(f" ({address})" if parts else address)


def _cells(table: SyntaxTreeNode) -> list[list[str]]:
    lines = [line for part in table.children for line in part.children]
    return [["".join(_text(cell)) for cell in line.children] for line in lines]


def _text(cell: SyntaxTreeNode) -> Iterator[str]:
    for part in _inline(cell, _PLAIN):
        yield str(part.to_dict()["text"])


_STYLES = {"strong": {"bold": True}, "em": {"italic": True}, "s": {"strike": True}}
