"""Slack's published facts that the stand-in enforces, as data: methods, limits, Block Kit rules."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """One of the files in this folder: "methods", "limits" or "blocks"."""
    text = files("sandbox.slack.contract").joinpath(f"{name}.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def limit(name: str) -> int:
    """The number Slack publishes under that name (`limits.json`)."""
    return int(load("limits")[name])


def method(name: str) -> dict[str, Any] | None:
    """Tier, scopes, arguments and errors of a Web API method; None when the stand-in does not have it."""
    fact: dict[str, Any] | None = load("methods").get(name) if name != "*" else None
    return fact


SAID_INSTEAD = {
    "invalid_attachments": "invalid_blocks",
    "msg_blocks_too_long": "msg_too_long",
    "msg_too_long": "msg_blocks_too_long",
}


def listed(name: str, error: str) -> str:
    """That error where Slack lists it for the method, else the one it lists for the same trouble."""
    return error if error in errors_of(name) else SAID_INSTEAD[error]


def errors_of(name: str) -> frozenset[str]:
    """Every error Slack lists for the method, with those common to all."""
    methods = load("methods")
    own = methods[name]["errors"] if name in methods else []
    return frozenset(own) | frozenset(methods["*"]["errors"])
