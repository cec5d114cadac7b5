"""What an app manifest asks for: Slack grants an app those scopes and sends it those events, nothing else."""

from dataclasses import replace
from pathlib import Path

import yaml

from sandbox.seed import demo_app
from sandbox.slack.workspace import App


def granted(manifest: Path) -> App:
    """The app as if it had been installed from that file; without a file, as the demo needs it.

    Slack docs: "App manifest reference". Raises KeyError when the file asks for no scopes or no events.
    """
    if not manifest.exists():
        return demo_app()
    content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    features = content.get("features", {})
    return replace(
        demo_app(),
        scopes=frozenset(content["oauth_config"]["scopes"]["bot"]),
        events=frozenset(content["settings"]["event_subscriptions"]["bot_events"]),
        commands=frozenset(command["command"] for command in features.get("slash_commands", [])),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled")),
    )
