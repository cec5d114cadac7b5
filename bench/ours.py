"""Where the measurements meet the product. What is None cannot be measured yet, and the report says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """A command and its whole environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


SLACK_MODULE: str | None = None
"""The module that brings everything `handlers/slack` needs."""

CYCLE: Sequence[str] | None = None
"""A command that takes the options of bench/peers/*_cycle.py and prints the same JSON line."""


def slack_app(api_url: str, directory: Path) -> Program | None:  # noqa: ARG001  (no program yet that would use them)
    """The real app, its Slack at `api_url`, its store in `directory`."""
    return None
