"""Takes secrets out of findings: those that look like one, and those that were given."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from bot.models.replacing import replace
from bot.secret_shapes import NAME
from bot.settings import Settings
from bot.untrusted import REDACTED, redact, redacted
from bot.wiring.doctor.finding import Finding

SHORTEST = 8
"""Characters. What is shorter may be a word."""


class Scrub:
    """Knows every secret of these settings and of the environment."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        given = {*_of_settings(settings), *(value for name, value in environ.items() if NAME.fullmatch(name))}
        inner = {leaf for value in given for leaf in _leaves(value)}
        self._secrets = sorted((one for one in given | inner if len(one) >= SHORTEST), key=len, reverse=True)

    def finding(self, found: Finding) -> Finding:
        """The same without them."""
        clean = self._clean(dict(found.evidence))
        name, what, mend = map(self._text, (found.name, found.what, found.mend))
        return replace(found, name=name, what=what, mend=mend, evidence=redacted(clean))

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case dict():
                return {key: self._clean(item) for key, item in value.items()}
            case list() | tuple():
                return [self._clean(item) for item in value]
            case _:
                return value

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return redact(text)


def _of_settings(settings: Settings) -> Iterator[str]:
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.metadata["secret"]:
            yield from value.values() if isinstance(value, Mapping) else [value]


def _leaves(value: str) -> Iterator[str]:
    """The texts inside a secret that is JSON, or base64 of it."""
    for text in (value, _unbased(value)):
        try:
            yield from _texts(json.loads(text))
        except ValueError:
            continue


def _unbased(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ""


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
