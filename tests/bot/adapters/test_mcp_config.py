"""Servers as an operator writes them down, and what is said of mistakes."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.mcp_config import LARGEST, read_file, read_pairs, to_publish
from bot.adapters.mcp_configured import spec_of, specs
from bot.adapters.mcp_servers import ServerSpec
from bot.errors import BadInput
from bot.models.requirement import Effect


def text_of(**servers: Any) -> str:
    return json.dumps({"mcpServers": servers})


def the_spec(**entry: Any) -> ServerSpec:
    [spec] = specs(read_file("servers.json", text_of(one=entry)))
    return spec


def test_an_entry_of_another_mcp_client_is_read_as_it_is() -> None:
    read = read_file(
        "servers.json",
        text_of(
            files={"command": "npx", "args": ["-y", "@example/files", "/srv"], "env": {"HOME": "/srv"}},
            search={"type": "http", "url": "https://mcp.example.com/mcp", "headers": {"Authorization": "file:/t"}},
            off={"command": "x", "enabled": False},
        ),
    )
    assert [(spec.alias, spec.where) for spec in specs(read)] == [
        ("files", "npx -y @example/files /srv"),
        ("search", "https://mcp.example.com/mcp"),
    ]


def test_the_operators_own_words_are_on_the_server() -> None:
    spec = the_spec(
        command="x",
        disabled_tools=["delete_*"],
        effects={"look": "read", "fetch": "outbound"},
        trust_annotations=True,
        trusted=True,
        timeout=5,
        write_timeout=7.5,
        category="iam",
        words={"add": {"verb": "Add", "target": "mail", "system": "Files"}},
    )
    assert (spec.effects, spec.disabled_tools) == ({"look": Effect.READ, "fetch": Effect.OUTBOUND}, ("delete_*",))
    assert (spec.trust_annotations, spec.trusted, spec.category) == (True, True, "iam")
    assert (spec.timeout, spec.write_timeout, spec.words["add"].verb) == (5.0, 7.5, "Add")


def test_the_list_of_the_seeds_is_read_too() -> None:
    listed = {"servers": [{"alias": "files", "command": "x"}, {"alias": "off", "command": "x", "enabled": False}]}
    assert [spec.alias for spec in specs(read_file("servers.json", json.dumps(listed)))] == ["files"]


def test_pairs_of_alias_and_path_run_with_what_their_ending_says(tmp_path: Path) -> None:
    for name in ("one.py", "two.js", "three"):
        (tmp_path / name).touch()
    pairs = f" a={tmp_path}/one.py; b={tmp_path}/two.js ;c={tmp_path}/three;"
    found = [spec.where for spec in specs(read_pairs(pairs))]
    assert found == [f"{sys.executable} {tmp_path}/one.py", f"node {tmp_path}/two.js", f"{tmp_path}/three"]
    assert specs(read_pairs("")) == []


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ("a", "is not alias=path"),
        ("=x", "is not alias=path"),
        ("a=x;a=y", "twice"),
        ("A=x", "no alias"),
        ("a=/no", "no such file"),
    ],
)
def test_pairs_that_cannot_be_used_are_refused(pairs: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        specs(read_pairs(pairs))
    assert refused.value.where.startswith("MCP_SERVERS")


@pytest.mark.parametrize(
    ("entry", "where", "why"),
    [
        ({"comand": "x"}, "comand", "there is no such key"),
        ({}, "command", "none of command, path and url"),
        ({"command": "x", "url": "https://a.example.com"}, "command", "command and url"),
        ({"command": ["x"]}, "command", "valid string"),
        ({"command": "x", "args": "y"}, "args", "valid array"),
        ({"command": "x", "enabled": "yes"}, "enabled", "valid boolean"),
        ({"command": "x", "timeout": 0}, "timeout", "greater than 0"),
        ({"command": "x", "timeout": 1e9}, "timeout", "less than or equal"),
        ({"command": "x", "effects": {"a": "harmless"}}, "effects, a", "'read', 'write' or 'outbound'"),
        ({"command": "x", "effects": {"get_*": "read"}}, "effects, get_*", "patterns are not taken"),
        ({"command": "x", "words": {"a": {"verb": "x", "verbs": "x"}}}, "words, a, verbs", "there is no such key"),
        ({"command": "x", "headers": {"a": "b"}}, "headers", "a command has none"),
        ({"command": "x", "env": {"A=B": "c"}}, "env, A=B", "cannot stand in an environment"),
        ({"command": "x", "env": {"A": "${TOKEN}"}}, "A", "no reference that is known"),
        ({"command": "x", "env": {"A": "Bearer ${TOKEN}"}}, "A", "no reference that is known"),
        ({"command": "x", "env": {"A": "file:"}}, "A", "no reference that is known"),
        ({"type": "sse", "url": "https://a.example.com"}, "type", "'stdio', 'http' or 'streamable-http'"),
        ({"type": "stdio", "url": "https://a.example.com"}, "type", "does not fit"),
        ({"url": "ftp://a.example.com"}, "url", "no http address"),
        ({"url": "https://"}, "url", "no http address"),
        ({"url": "https://ann:pw@a.example.com"}, "url", "seen by too many"),
        ({"url": "https://a.example.com", "env": {"A": "b"}}, "env", "a url has none"),
        ({"url": "https://a.example.com", "headers": {"A": "b\r\nC: d"}}, "headers, A", "no header"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_file_entry_and_key(
    entry: dict[str, Any], where: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        read_file("servers.json", text_of(files=entry))
    assert refused.value.where == f"servers.json, files, {where}"


def test_everything_that_is_wrong_is_told_at_once_and_no_value_is_quoted() -> None:
    secret = "hunter2-correct-horse"
    wrong = text_of(a={"comand": secret}, b={"command": 5, "env": {"A": ["x", secret]}}, B={"command": "x"})
    with pytest.raises(BadInput) as refused:
        read_file("servers.json", wrong)
    told = str(refused.value)
    assert told.startswith("servers.json: 4 things are wrong:")
    assert all(part in told for part in ("a, comand", "b, command", "b, env, A", "servers.json, B: this is no alias"))
    assert secret not in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no mcpServers"),
        ('{"servers": {}}', "no mcpServers"),
        ('{"mcpServers": {}, "more": 1}', "no mcpServers"),
        ('{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}', "'a' stands there twice"),
        ('{"servers": [{"command": "x"}]}', "an alias of its own"),
        (" " * (LARGEST + 1), "characters"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        read_file("servers.json", text)
    assert refused.value.where.startswith("servers.json")


def test_a_secret_value_changes_no_identity_and_everything_else_does() -> None:
    plain: dict[str, Any] = {"command": "x", "args": ["--a"], "env": {"TOKEN": "one"}}
    same = the_spec(**plain | {"env": {"TOKEN": "two"}, "timeout": 5})
    others: list[dict[str, Any]] = [
        {"command": "y"},
        {"args": ["--b"]},
        {"cwd": "/srv"},
        {"env": {"TOKEN": "one", "MORE": "x"}},
        {"env": {"TOKEN": "file:/t"}},
        {"env": {"TOKEN": "one", "PATH": "/opt/a"}},
        {"env": {"TOKEN": "one", "PATH": "/opt/b"}},
    ]
    assert same.identity == the_spec(**plain).identity
    assert len({the_spec(**plain).identity, *(the_spec(**plain | other).identity for other in others)}) == 8


def test_where_a_server_is_reached_is_shown_without_secrets() -> None:
    key = "ghp_" + "a1B2" * 9
    assert key not in repr(the_spec(command="x", args=["--token", key]))
    words = ["--token", "plain words", "--api-key=plain", "--token-file", "/t", "--secret", "-v"]
    assert the_spec(command="x", args=words).where == (
        "x --token '‹redacted›' '--api-key=‹redacted›' --token-file /t --secret -v"
    )
    assert key not in the_spec(url=f"https://a.example.com/?key={key}").where


def test_what_is_published_is_what_is_read_again() -> None:
    text = text_of(a={"command": "x", "env": {"PATH": "/bin", "TOKEN": "file:/t"}, "effects": {"look": "read"}})
    kept = to_publish("servers.json", text)
    assert json.loads(kept) == json.loads(text)
    assert to_publish("servers.json", kept) == kept


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "x", "env": {"TOKEN": "plain"}},
        {"url": "https://a.example.com", "headers": {"Authorization": "Bearer x"}},
        {"command": "x", "args": ["--token", "ghp_" + "a1B2" * 9]},
        {"command": "x", "args": ["--password", "plain"]},
        {"command": "x", "args": ["--token=plain"]},
        {"url": "https://a.example.com/?key=ghp_" + "a1B2" * 9},
    ],
)
def test_no_secret_is_published(entry: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="is not stored") as refused:
        to_publish("servers.json", text_of(a=entry))
    assert "file:PATH" in refused.value.mend


def test_a_path_with_a_line_break_cannot_hide_in_a_list() -> None:
    entry = read_file("f", text_of(a={"command": "x\u202e\n"})).entries["a"]
    assert spec_of("a", entry).where == "'x⟨U+202E⟩⟨U+000A⟩'"


def test_what_is_published_names_its_files_from_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    servers = {
        "script": {"path": "a.py", "cwd": "work", "env": {"TOKEN": "file:token", "HOME": "here"}},
        "program": {"command": "./run", "args": ["x"]},
        "found": {"command": "npx"},
        "at": {"command": "./run", "cwd": "work"},
        "web": {"url": "https://a.example.com", "headers": {"Authorization": "file:/run/token"}},
    }
    kept = json.loads(to_publish("servers.json", text_of(**servers)))["mcpServers"]
    at = str(tmp_path)
    assert kept["script"] == {
        "path": f"{at}/a.py",
        "cwd": f"{at}/work",
        "env": {"TOKEN": f"file:{at}/token", "HOME": "here"},
    }
    assert [kept[name]["command"] for name in ("program", "found", "at")] == [f"{at}/run", "npx", "./run"]
    assert kept["web"] == servers["web"]


def test_a_command_beside_the_bot_is_found_from_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert the_spec(command="./run").where == f"{tmp_path}/run"
    assert the_spec(command="run").where == "run"
