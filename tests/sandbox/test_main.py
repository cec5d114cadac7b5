"""`python -m sandbox`."""

import asyncio
import signal
import sys
from argparse import Namespace
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp

from sandbox.__main__ import ROOT, bot_environment, options, prepare, start_bot, welcome
from sandbox.bot_process import Command
from sandbox.real_model import choose
from tests.sandbox.slack.stage import Stage, open_stage

CONNECTS = """
import asyncio, aiohttp, os
async def main():
    async with aiohttp.ClientSession() as http:
        token = {"Authorization": "Bearer " + os.environ["SLACK_APP_TOKEN"]}
        async with http.post(os.environ["SLACK_API_URL"] + "apps.connections.open", headers=token) as opened:
            address = (await opened.json())["url"]
        async with http.ws_connect(address) as socket:
            await socket.receive()
            await asyncio.sleep(600)
asyncio.run(main())
"""


async def started(stage: Stage, code: str, folder: Path) -> bool:
    environment = bot_environment({}, stage.address, folder)
    try:
        return await start_bot(
            stage.sandbox, Command((sys.executable, "-c", code), environment, folder), asyncio.Event()
        )
    finally:
        assert stage.sandbox.bot is not None
        await stage.sandbox.bot.stop()


async def test_the_bot_is_up_when_its_socket_is(tmp_path: Path) -> None:
    async with open_stage() as stage:
        assert await started(stage, CONNECTS, tmp_path)


async def test_a_bot_that_ends_first_is_noticed(tmp_path: Path) -> None:
    async with open_stage() as stage:
        assert not await started(stage, "raise SystemExit(3)", tmp_path)
        assert any("exit code 3" in step.title for step in stage.sandbox.log.after(0))


def test_the_bot_gets_three_variables_of_ours_and_synthetic_ones(tmp_path: Path) -> None:
    ours = {"PATH": "/bin", "HOME": "/home/x", "LANG": "C", "AWS_PROFILE": "prod", "SLACK_BOT_TOKEN": "xoxb-real"}
    environment = bot_environment(ours, "http://127.0.0.1:1", tmp_path)
    assert (environment["PATH"], environment["SLACK_BOT_TOKEN"]) == ("/bin", "xoxb-sandbox-bot")
    assert "AWS_PROFILE" not in environment
    assert environment["SLACK_API_URL"] == "http://127.0.0.1:1/api/"
    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path}/countersign.sqlite3"
    assert environment["SLACK_CHANNEL_ID"] == "C0APPROV1"


def files_after(folder: Path, *, keep: bool) -> list[str]:
    for name in ("countersign.sqlite3", "countersign.sqlite3-wal", "notes.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    prepare(folder, keep=keep)
    return sorted(one.name for one in folder.iterdir())


def test_the_old_database_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    assert files_after(tmp_path, keep=False) == ["notes.txt"]


def test_the_old_database_can_be_kept(tmp_path: Path) -> None:
    assert files_after(tmp_path, keep=True) == ["countersign.sqlite3", "countersign.sqlite3-wal", "notes.txt"]


def test_the_options_have_defaults() -> None:
    assert options([]) == Namespace(port=8899, data=ROOT / ".demo", keep=False, stand_in=False, no_bot=False)


def test_the_welcome_says_where_to_go() -> None:
    assert "http://127.0.0.1:1" in welcome("http://127.0.0.1:1", None)


def test_the_welcome_says_which_model_answers_and_what_a_real_one_costs() -> None:
    offline = welcome("http://127.0.0.1:1", choose({}, {}, stand_in=False))
    assert offline.endswith("The model is the sandbox's own stand-in.")
    real = welcome("http://127.0.0.1:1", choose({"ANTHROPIC_API_KEY": "sk-ant-x"}, {}, stand_in=False))
    assert "The model is Claude Sonnet 5.5 (Claude's API)." in real
    assert "--stand-in" in real


async def test_it_serves_the_page_until_it_is_interrupted(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "sandbox", "--no-bot", "--port", "0", "--data", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    address = next(word.rstrip(",") for word in line.split() if word.startswith("http://"))
    async with aiohttp.ClientSession() as http, http.get(f"{address}/") as page:
        assert (page.status, page.content_type) == (200, "text/html")
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_a_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    async with open_stage() as stage:
        port = stage.address.rpartition(":")[2]
        (tmp_path / "countersign.sqlite3").write_text("of the one that runs", encoding="utf-8")
        command = (sys.executable, "-m", "sandbox", "--no-bot", "--port", port, "--data", str(tmp_path))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=PIPE)
        _, said = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, f"Port {port} is not free" in said.decode()) == (1, True)
        assert (tmp_path / "countersign.sqlite3").exists()
