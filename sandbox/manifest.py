"""What an app manifest asks for: Slack grants an app those scopes and sends it those events, nothing else."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.seed import EVENTS, SCOPES


@dataclass(frozen=True, slots=True)
class Granted:
    """The bot token's scopes, and the events the app subscribed to."""

    scopes: frozenset[str]
    events: frozenset[str]


def granted(manifest: Path) -> Granted:
    """As if the app had been installed from that file; without a file, what the demo needs.

    Slack docs: "App manifest reference". Raises KeyError when the file asks for no scopes or no events.
    """
    if not manifest.exists():
        return Granted(SCOPES, EVENTS)
    content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    events = content["settings"]["event_subscriptions"]["bot_events"]
    return Granted(frozenset(content["oauth_config"]["scopes"]["bot"]), frozenset(events))
