"""The app asks for exactly what it uses, and Slack's CLI can read it."""

import ast
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from handlers.slack.routes import register

ROOT = Path(__file__).parents[3]
FACTS = ROOT / "tests" / "slack_contract"
SCHEMA = ROOT.parent / "shared" / "slack_contract" / "manifest.schema.json"
FOR_A_FIELD = {"users:read.email"}
"""Needed for `profile.email` of users.info; no method asks for it (Slack docs, "users.info")."""
DIRECT_ONLY = {"conversations.open": {"im:write"}}
"""It lists a scope for each kind of conversation; we open direct messages with one person only."""


def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FACTS / name).read_text(encoding="utf-8"))
    return found


@pytest.fixture
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return found


def called_methods() -> set[str]:
    """Every Web API method that our code names, as `client.chat_postMessage` or so."""
    files = [*(ROOT / "handlers" / "slack").glob("*.py"), *(ROOT / "bot" / "adapters").glob("slack_*.py")]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    known = {method.replace(".", "_"): method for method in facts("methods.json")}
    return {known[name] for name in attributes & known.keys()}


def test_the_methods_are_found() -> None:
    assert {"auth.test", "chat.postMessage", "views.push", "usergroups.users.list"} <= called_methods()


def test_the_scopes_are_those_of_our_calls_and_events_and_no_others(manifest: dict[str, Any]) -> None:
    methods, events = facts("methods.json"), facts("events.json")["events"]
    calls = {scope for name in called_methods() for scope in DIRECT_ONLY.get(name, methods[name]["bot_scopes"])}
    heard = {
        scope
        for event in manifest["settings"]["event_subscriptions"]["bot_events"]
        for scope in events[event]["scopes"]
    }
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == calls | heard | FOR_A_FIELD


def test_the_events_are_those_that_have_a_listener(manifest: dict[str, Any]) -> None:
    heard: set[str] = set()

    class Table:
        """Stands where the app stands, and notes what is registered for events."""

        def event(self, name: str) -> Any:
            heard.add(name)
            return lambda listener: listener

        def __getattr__(self, _name: str) -> Any:
            return lambda _matching: lambda listener: listener

    table: Any = Table()
    register(table, *[table] * 3)
    subscribed = {event.partition(".")[0] for event in manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == heard


def test_the_manifest_fits_slacks_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's manifest schema is not at {SCHEMA}")
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_hook(command: str, *arguments: str) -> str:
    """As Slack's CLI runs a hook: by the shell's words, in the project's folder, with our Python first in the path."""
    words = [sys.executable if word == "python3" else word for word in shlex.split(command)]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([*words, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return ran.stdout


def test_slack_run_finds_our_manifest_and_starts_our_app(manifest: dict[str, Any]) -> None:
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text(encoding="utf-8"))
    given = json.loads(run_hook(hooks["hooks"]["get-hooks"]))
    merged = given["hooks"] | hooks["hooks"]
    assert "slack_cli_hooks.hooks.start" in merged["start"]
    assert json.loads(run_hook(merged["get-manifest"])) == manifest
    assert hooks["config"]["watch"]["manifest"]["paths"] == ["manifest.yml"]


def test_the_manifest_is_framed_when_the_cli_asks_for_it(manifest: dict[str, Any]) -> None:
    command = json.loads((ROOT / ".slack" / "hooks.json").read_text(encoding="utf-8"))["hooks"]["get-manifest"]
    framed = run_hook(command, "--protocol=message-boundaries", "--boundary=cut-here").strip()
    assert json.loads(framed.removeprefix("cut-here").removesuffix("cut-here")) == manifest
