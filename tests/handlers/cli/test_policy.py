"""What policy says and why, for people and for programs, while the bot runs."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.keys import ENTERS, signer
from bot.adapters.sqlite_store import SqliteStore
from tests.handlers.cli.commands import Place

FREEZE = """
defaults: {ask: {approvers: ["@owners"]}}
rules:
  - {name: freeze, effect: deny, risks: [HIGH], tools: ["google__*"]}
  - {name: free, effect: allow, effects: [read]}
"""


@pytest.fixture
def freeze(tmp_path: Path) -> str:
    file = tmp_path / "freeze.yml"
    file.write_text(FREEZE, encoding="utf-8")
    return str(file)


async def call_of(place: Place) -> str:
    return (await place.engine.record(place.done)).calls[0].id


async def test_the_policy_in_force_and_that_of_a_file_are_shown(place: Place, freeze: str) -> None:
    shown = place.run("policy", "show")
    assert (shown.exit_code, "1 of @it-admins, for 4h" in shown.stdout) == (0, True)
    lines = place.run("policy", "show", freeze).stdout
    assert all(text in lines for text in ("freeze", "risks: HIGH", "tools: google__*", "1 of @owners, for 4h"))
    assert place.read("policy", "show")["version"] == 1
    assert [rule["name"] for rule in place.read("policy", "show", freeze)["rules"]] == ["freeze", "free"]


async def test_a_file_that_is_well_is_said_to_be(place: Place, freeze: str) -> None:
    checked = place.run("policy", "check", freeze)
    assert checked.stdout == "Fine: 2 rule(s).\n"
    assert checked.stderr == "Changes that no rule speaks of ask 1 of @owners, for 4h.\n"
    assert place.read("policy", "check", freeze) == {"file": freeze, "ok": True, "warnings": []}


async def test_a_file_of_the_older_form_says_whom_it_asks(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"rules": [{"name": "all", "categories": ["user_account_access"]}]}', encoding="utf-8")
    checked = place.run("policy", "check", str(file))
    assert (checked.exit_code, checked.stderr) == (0, "Changes that no rule speaks of ask 1 of @it-admins, for 4h.\n")


async def test_probable_mistakes_are_warned_of(place: Place, tmp_path: Path) -> None:
    file, people = tmp_path / "p.yml", tmp_path / "people.yml"
    file.write_text(FREEZE.replace("google__*", "goggle__*"), encoding="utf-8")
    people.write_text("people: [{user: U1}]\ngroups: {it-admins: [U1]}\n", encoding="utf-8")
    checked = place.run("policy", "check", str(file), "--directory", str(people))
    assert checked.exit_code == 1
    assert "no tool is named goggle__*" in checked.stdout
    assert "there is no group @owners" in checked.stdout
    as_json = json.loads(place.run("policy", "check", str(file), "--json").stdout)
    assert as_json["warnings"] == [{"rule": "freeze", "what": "no tool is named goggle__*"}]


async def test_a_broken_file_is_refused_with_its_line(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "p.yml"
    file.write_text("defaults: {}\n", encoding="utf-8")
    for words in (["check"], ["show"], ["simulate"], ["publish"]):
        refused = place.run("policy", *words, str(file))
        assert refused.exit_code == 2
        assert "p.yml, line 1" in refused.stderr


async def test_a_stored_call_is_explained(place: Place, freeze: str) -> None:
    call = await call_of(place)
    by_now = place.run("policy", "explain", call)
    assert by_now.stdout.startswith("ask: No rule speaks of this write, so people are asked. (default)")
    explained = place.read("policy", "explain", call, "--policy", freeze)
    assert (explained["says"], explained["rules"]) == ("deny", ["freeze"])
    [fields, free] = [rule["fields"] for rule in explained["policy"]]
    assert fields == [
        {"field": "tools", "wants": "google__*", "matches": True},
        {"field": "risks", "wants": "HIGH", "matches": True},
    ]
    assert free == [{"field": "effects", "wants": "read", "matches": False}]


async def test_a_call_that_nobody_made_is_explained(place: Place, freeze: str) -> None:
    supposed = ["policy", "explain", "--tool", "google__suspend_user", "--policy", freeze]
    shown = place.run(*supposed, "--arguments", '{"user_key": "sam@example.com"}')
    assert shown.stdout.startswith("deny: A rule forbids this. (freeze)")
    assert "effects (read): no" in shown.stdout
    assert place.read("policy", "explain", "--tool", "google__get_user")["says"] == "allow"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "there is no call 'nothing'"),
        (["--tool", "google__unheard_of"], "there is no tool 'google__unheard_of'"),
        (["--tool", "google__get_user", "--arguments", "{"], "not complete JSON"),
        ([], "name either a CALL or a --tool"),
    ],
)
async def test_what_cannot_be_explained_is_said(place: Place, words: list[str], said: str) -> None:
    refused = place.run("policy", "explain", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


async def test_another_policy_is_tried_on_the_calls_that_were_made(place: Place, freeze: str) -> None:
    before = await place.engine.store.changes()
    tried: Any = place.read("policy", "simulate", freeze)
    assert tried["judged"] == 2
    assert [(one["turn"], one["before"]["says"], one["after"]["says"]) for one in tried["differences"]] == [
        ("stricter", "ask", "deny")
    ] * 2
    shown = place.run("policy", "simulate", freeze, "--limit", "1")
    assert "2 call(s)" not in shown.stderr
    assert shown.stderr == "1 call(s) judged, 1 of them otherwise.\n"
    assert "deny (freeze)" in shown.stdout
    assert await place.engine.store.changes() == before


async def test_a_published_policy_carries_the_proof_of_the_key(
    place: Place, freeze: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = base64.b64encode(bytes(32)).decode()
    (tmp_path / "key").write_text(secret)
    monkeypatch.setenv("COUNTERSIGN_SECRET_KEY", f"file:{tmp_path / 'key'}")
    assert (await asyncio.to_thread(place.run, "policy", "publish", freeze)).exit_code == 0
    store = await SqliteStore.open(place.database, place.engine.world.clock, sign=signer(secret, ENTERS))
    assert (await store.policy()).version == 2
    await store.close()
    monkeypatch.setenv("COUNTERSIGN_SECRET_KEY", "short")
    said = await asyncio.to_thread(place.run, "policy", "publish", freeze)
    assert said.exit_code == 2
    assert said.stderr.startswith("Error: not 32 bytes in base64\n  where: COUNTERSIGN_SECRET_KEY\n")


async def test_a_published_policy_is_in_force_at_once(place: Place, freeze: str) -> None:
    said = await asyncio.to_thread(place.run, "policy", "publish", freeze)
    assert said.stdout == f"{freeze}: policy v2, 2 rule(s)\n"
    assert (await place.engine.store.policy()).version == 2
    again = await asyncio.to_thread(place.read, "policy", "publish", freeze)
    assert (again["version"], again["rules"]) == (2, 2)
    await place.engine.click()
    await place.engine.run()
    assert len(place.engine.world.effects) == 1, "the one that was approved before"


GROUPED = """
defaults: {ask: {approvers: ["@owners"]}}
rules:
  - {name: staff, effect: allow, requesters: {groups: ["@staff"], users: [sam@example.com]}}
  - {name: night, effect: deny, windows: [{from: "22:00", to: "06:00", zone: UTC}]}
"""


def test_a_policy_is_tried_as_somebody_at_some_time_with_text_by_others(place: Place, tmp_path: Path) -> None:
    file, people = tmp_path / "p.yml", tmp_path / "people.yml"
    file.write_text(GROUPED, encoding="utf-8")
    people.write_text(
        "people: [{user: U1}, {user: U2, email: sam@example.com}]\ngroups: {staff: [U1]}\n", encoding="utf-8"
    )
    call = ["policy", "explain", "--tool", "google__suspend_user", "--arguments", '{"user_key": "kim@example.com"}']
    tried = [*call, "--policy", str(file), "--directory", str(people), "--at", "2026-11-20T12:00"]
    assert [place.read(*tried, "--as", user)["says"] for user in ("U1", "U2", "U3")] == ["allow", "allow", "ask"]
    assert place.read(*tried, "--as", "U1", "--tainted")["rules"] == ["staff", "taint"]
    assert place.read(*tried, "--as", "U1", "--at", "2026-11-21T01:00+02:00")["rules"] == ["night"]
    assert place.run(*tried, "--at", "noon").exit_code == 2


def test_stored_calls_are_tried_so_too(place: Place, tmp_path: Path) -> None:
    file, people = tmp_path / "p.yml", tmp_path / "people.yml"
    file.write_text(GROUPED, encoding="utf-8")
    people.write_text("people: [{user: U1}]\ngroups: {staff: [U1]}\n", encoding="utf-8")
    told = place.read("policy", "simulate", str(file), "--directory", str(people), "--as", "U1", "--at", "2026-11-20")
    assert [(one["before"]["says"], one["after"]["says"]) for one in told["differences"]] == [("ask", "deny")] * 2
    told = place.read(
        "policy", "simulate", str(file), "--directory", str(people), "--as", "U1", "--at", "2026-11-20T12"
    )
    assert {one["after"]["says"] for one in told["differences"]} == {"allow"}


def test_arguments_that_the_tool_would_refuse_are_told_of(place: Place) -> None:
    call = ("policy", "explain", "--tool", "google__suspend_user", "--arguments")
    assert "refused" not in place.read(*call, '{"user_key": "kim@example.com"}')
    assert "no argument 'mail'" in place.read(*call, '{"mail": "kim@example.com"}')["refused"]
    assert "The tool does not take these arguments" in place.run(*call, "{}").stderr
