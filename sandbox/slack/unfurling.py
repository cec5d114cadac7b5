"""Previews of links (Slack docs: "Unfurling links in messages"): media unless the app says no, pages if it says yes."""

import re

from sandbox.payload import Json

LINK = re.compile(r"https?://[^\s<>|]+")
MEDIA = re.compile(r"\.(?:png|jpe?g|gif|webp|mp4)$", re.IGNORECASE)


def previews(text: str, *, links: bool, media: bool) -> list[Json]:
    """The attachments that Slack adds to a message of an app. Nothing is fetched."""
    wanted = dict.fromkeys(url for url in LINK.findall(text) if (media if MEDIA.search(url) else links))
    return [
        {"id": number, "from_url": url, "original_url": url, "fallback": url, "title": url}
        for number, url in enumerate(wanted, 1)
    ]
