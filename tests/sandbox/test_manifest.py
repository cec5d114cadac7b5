"""What an app gets that is installed from a manifest."""

from pathlib import Path

from sandbox.manifest import Granted, granted
from sandbox.seed import EVENTS, SCOPES

MANIFEST = """
oauth_config:
  scopes:
    bot: [chat:write]
settings:
  event_subscriptions:
    bot_events: [app_mention]
"""


def test_the_app_gets_what_its_manifest_asks_for(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    assert granted(manifest) == Granted(frozenset({"chat:write"}), frozenset({"app_mention"}))


def test_without_a_manifest_it_gets_what_the_demo_needs(tmp_path: Path) -> None:
    assert granted(tmp_path / "manifest.yml") == Granted(SCOPES, EVENTS)
