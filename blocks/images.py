"""Images of the network: only from hosts that the operator allows, and whatever is left out is named."""

import re
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase

from slack_sdk.models.blocks import ContextBlock, ImageBlock

from blocks.parts import plain
from blocks.text import counted, one_line, visible

_ADDRESS = re.compile(
    r"https://([a-z0-9][a-z0-9.-]*)(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
"""A strict form, so that nobody reads another host out of it than we do: no user, no port, no other letters."""
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#\\\s]+)", re.IGNORECASE)
_LONGEST, _ALT, _TITLE = 3_000, 2_000, 150
"""Slack docs, "Image block": image_url 3,000 characters, alt_text 2,000; our titles are short."""


def allowed(url: str, hosts: frozenset[str]) -> bool:
    """Whether it is an https address at a host of `hosts`, in which `*.example.com` names every host below."""
    found = _ADDRESS.fullmatch(url)
    return found is not None and len(url) <= _LONGEST and any(fnmatchcase(found[1], host) for host in hosts)


def image(url: str, alt: str, title: str = "") -> ImageBlock:
    """An image with words for those who do not see it. `url` must be `allowed`."""
    words = one_line(alt)[:_ALT] or "An image without a description"
    return ImageBlock(image_url=url, alt_text=words, title=plain(one_line(title)[:_TITLE]) if title.strip() else None)


def host_of(url: str) -> str:
    """Where an address leads, as it may be shown."""
    found = _HOST.match(url.strip())
    return visible(found[1].lower())[:80] if found else "an address that is no link"


def left_out(things: Mapping[str, int], images: Mapping[str, int]) -> ContextBlock | None:
    """ "Left out: 2 buttons, 1 image from evil.example." """
    named = [counted(count, noun) for noun, count in things.items()]
    named += [f"{counted(count, 'image')} from {host}" for host, count in images.items()]
    if not named:
        return None
    more = f" and {len(named) - 12} more kinds" if len(named) > 12 else ""
    return ContextBlock(elements=[plain(f"Left out: {', '.join(named[:12])}{more}.")])


class Gallery:
    """The images of one message: those that may be shown, once each, and how many others from which host."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self.images: dict[str, ImageBlock] = {}
        self.foreign = Counter[str]()

    def take(self, url: str, alt: str, title: str = "") -> ImageBlock | None:
        """The image, or None when it is left out."""
        if not allowed(url, self._hosts):
            self.foreign[host_of(url)] += 1
            return None
        self.images[url] = image(url, alt or f"An image from {host_of(url)}", title)
        return self.images[url]
