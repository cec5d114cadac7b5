"""What Slack's message box makes of typed text: mentions, links, escapes, and the rich_text block."""

import re

from sandbox.payload import Json
from sandbox.slack.workspace import Workspace

WORDS = re.compile(
    r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])@(?P<name>[\w-]+(?:\.[\w-]+)*)"
    r"|(?<![\w#])#(?P<channel>[\w-]+)"
)
BROADCASTS = ("here", "channel", "everyone")


def compose(workspace: Workspace, typed: str) -> tuple[str, list[Json]]:
    """The message's `text` and its rich_text elements (Slack docs: "Formatting text for app surfaces")."""
    texts: list[str] = []
    elements: list[Json] = []
    position = 0
    for word in WORDS.finditer(typed):
        known = token(workspace, word)
        if known is None:
            continue
        plain(typed[position : word.start()], texts, elements)
        texts.append(known[0])
        elements.append(known[1])
        position = word.end()
    plain(typed[position:], texts, elements)
    return "".join(texts), elements


def plain(part: str, texts: list[str], elements: list[Json]) -> None:
    if part:
        texts.append(escaped(part))
        elements.append({"type": "text", "text": part})


def escaped(text: str) -> str:
    """The three characters that mean something in Slack's text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def token(workspace: Workspace, word: re.Match[str]) -> tuple[str, Json] | None:
    """How a typed word is written and shown; None when it is an ordinary word after all."""
    found = word.group()
    match word.lastgroup:
        case "url":
            return f"<{escaped(found)}>", {"type": "link", "url": found}
        case "mail":
            return f"<mailto:{found}|{found}>", {"type": "link", "url": f"mailto:{found}", "text": found}
        case "name":
            return mention(workspace, word["name"])
        case _:
            channel = workspace.channel_named(word["channel"])
            return (f"<#{channel.id}>", {"type": "channel", "channel_id": channel.id}) if channel else None


def mention(workspace: Workspace, name: str) -> tuple[str, Json] | None:
    """A person, the bot, a user group, or everybody."""
    user = workspace.user_named(name)
    group = workspace.usergroup_named(name)
    if user:
        return f"<@{user.id}>", {"type": "user", "user_id": user.id}
    if group:
        return f"<!subteam^{group.id}>", {"type": "usergroup", "usergroup_id": group.id}
    if name in BROADCASTS:
        return f"<!{name}>", {"type": "broadcast", "range": name}
    return None
