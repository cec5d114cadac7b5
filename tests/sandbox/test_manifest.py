"""What an app gets that is installed from a manifest."""

from pathlib import Path

from sandbox.manifest import granted
from sandbox.seed import demo_app

MANIFEST = """
features:
  app_home:
    home_tab_enabled: true
  slash_commands:
    - command: /countersign
      description: Ask for operations work
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
    app = granted(manifest)
    assert (app.scopes, app.events) == (frozenset({"chat:write"}), frozenset({"app_mention"}))
    assert (app.commands, app.home_tab) == (frozenset({"/countersign"}), True)


def test_what_the_manifest_does_not_mention_is_not_there(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST[MANIFEST.index("oauth_config") :], encoding="utf-8")
    app = granted(manifest)
    assert (app.commands, app.home_tab) == (frozenset(), False)


def test_without_a_manifest_it_gets_what_the_demo_needs(tmp_path: Path) -> None:
    assert granted(tmp_path / "manifest.yml") == demo_app()
