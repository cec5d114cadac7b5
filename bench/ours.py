"""Where the measurements meet the product."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.child import module


@dataclass(frozen=True, slots=True)
class Program:
    """A command and its whole environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


SLACK_MODULE = "handlers.slack.app"
"""The module that brings everything `handlers/slack` needs."""

CYCLE: Sequence[str] = (sys.executable, "-m", "bench.cycle_ours")
"""A command that takes the options of bench/peers/*_cycle.py and prints the same JSON line."""


def app(api_url: str, database: Path, *roles: str) -> Program:
    """Our app in these roles (`--socket`, `--work`, `--messages`), its Slack at `api_url`."""
    return Program(module("bench.our_app", "--api-url", api_url, "--database", str(database), *roles), {})
