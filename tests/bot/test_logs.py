"""One JSON line for each thing that happened, without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.logs import JsonLines, configure
from bot.untrusted import REDACTED
from tests.factories import NOW


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The stream of a configured root logger, which is put back afterwards."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in ("", *logs._NOISY)}
    stream = io.StringIO()
    configure(stream, "info")
    yield stream
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def line(event: str, *args: object, **extra: object) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "bot.x", "levelname": "INFO", "msg": event, "args": args, "created": 1.23456, **extra}
    )
    text = JsonLines().format(record)
    assert "\n" not in text
    read: dict[str, Any] = json.loads(text)
    return read


def test_bolt_is_heard_only_when_something_broke(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads this variable by itself, and warns when a client was given as well."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    app = AsyncApp(client=AsyncWebClient(token="xoxb-1"), signing_secret="synthetic")
    assert lines.getvalue() == ""
    app.logger.error("something broke")
    assert "something broke" in lines.getvalue()


def test_a_line_says_when_what_and_by_whom() -> None:
    assert line("request %s received", "r1", request="r1", turns=2) == {
        "time": 1.235,
        "level": "info",
        "event": "request r1 received",
        "logger": "bot.x",
        "request": "r1",
        "turns": 2,
    }


@pytest.mark.parametrize("name", ["password", "api_key", "client_secret", "new_password"])
def test_a_field_with_a_secret_s_name_is_redacted(name: str) -> None:
    assert line("x", **{name: "hunter22"})[name] == REDACTED
    assert line("x", **{name: 12345678})[name] == REDACTED
    assert line("x", args_sent={name: ["a", "b"]})["args_sent"] == {name: REDACTED}


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter22",
        'sent {"password": "hunter22"}',
        r'sent {"a": "{\"password\": \"hunter22\"}"}',
        "first line\npassword: hunter22",
        "-----BEGIN PRIVATE KEY-----\nhunter22",
        "postgres://app:hunter22@db.example.com",
    ],
)
def test_a_secret_in_a_text_is_redacted_and_the_line_stays_json(text: str) -> None:
    for said in (line(text), line("%s", text), line("x", detail=[text]), line("x", detail=ValueError(text))):
        assert "hunter22" not in json.dumps(said)
        assert REDACTED in json.dumps(said, ensure_ascii=False)


def test_what_json_does_not_know_is_written_as_text() -> None:
    assert line("x", at=NOW)["at"] == "2026-01-05 09:00:00+00:00"


def test_the_trace_of_an_error_is_one_field_and_redacted(lines: io.StringIO) -> None:
    try:
        int("api_key=hunter22")
    except ValueError:
        logging.getLogger("bot.x").exception("it broke")
    said = json.loads(lines.getvalue())
    assert (said["level"], said["event"]) == ("error", "it broke")
    assert "ValueError" in said["trace"]
    assert "hunter22" not in lines.getvalue()


def test_every_record_becomes_one_line_of_the_stream(lines: io.StringIO) -> None:
    logging.getLogger("bot.x").debug("too quiet")
    logging.getLogger("bot.x").info("one")
    logging.getLogger("somebody.else").warning("two")
    assert [json.loads(text)["event"] for text in lines.getvalue().splitlines()] == ["one", "two"]


@pytest.mark.parametrize("noisy", ["slack_bolt", "aiohttp.access", "httpx2", "anthropic", "botocore"])
def test_libraries_that_talk_much_are_heard_from_warnings_on(lines: io.StringIO, noisy: str) -> None:
    logging.getLogger(noisy).info("chatter")
    logging.getLogger(noisy).warning("trouble")
    assert [json.loads(text)["event"] for text in lines.getvalue().splitlines()] == ["trouble"]
