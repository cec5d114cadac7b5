"""/sandbox/...: faults, the bot's process, the model, the directory."""

import sys
from pathlib import Path

from sandbox.bot_process import BotProcess, Command
from tests.sandbox.slack.stage import Stage, eventually, open_stage


def with_bot(stage: Stage, folder: Path) -> BotProcess:
    command = Command((sys.executable, "-c", "import time; time.sleep(600)"), {}, folder)
    stage.sandbox.bot = BotProcess(command, stage.sandbox.log, stage.sandbox.feed)
    return stage.sandbox.bot


async def test_faults_are_read_back_and_replaced_as_a_whole() -> None:
    async with open_stage() as stage:
        await stage.control("PUT", "faults", {"chat.update": {"error": "update_failed"}, "deliver": {"drop_acks": 2}})
        _, shown = await stage.control("GET", "faults")
        assert shown["chat.update"]["error"] == "update_failed"
        assert shown["deliver"] == {"drop_acks": 2, "duplicate": 0, "delay_ms": 0, "delay_acks_ms": 0}
        _, shown = await stage.control("PUT", "faults", {})
        assert shown == {"deliver": {"drop_acks": 0, "duplicate": 0, "delay_ms": 0, "delay_acks_ms": 0}}


async def test_the_bot_is_killed_and_restarted(tmp_path: Path) -> None:
    async with open_stage() as stage:
        bot = with_bot(stage, tmp_path)
        _, started = await stage.control("POST", "bot/restart")
        _, killed = await stage.control("POST", "bot/kill")
        _, again = await stage.control("POST", "bot/restart")
        _, shown = await stage.control("GET", "bot")
        assert [one["state"] for one in (started, killed, again)] == ["running", "stopped", "running"]
        assert again["pid"] != started["pid"]
        assert shown == again
        await bot.stop()
        await eventually(lambda: any("SIGKILL" in step.title for step in stage.sandbox.log.after(0)))


async def test_kill_after_send_is_armed_and_called_off(tmp_path: Path) -> None:
    async with open_stage() as stage:
        bot = with_bot(stage, tmp_path)
        await stage.control("POST", "bot/restart")
        _, armed = await stage.control("POST", "bot/kill_after_send", {})
        assert (await stage.control("GET", "bot"))[1] == armed
        assert (armed["state"], armed["kill_after_send"]) == ("running", "armed")
        status, refused = await stage.control("POST", "bot/kill_after_send", {"armed": "yes"})
        assert (status, refused["error"]) == (400, "invalid_arguments")
        _, off = await stage.control("POST", "bot/kill_after_send", {"armed": False})
        assert off["kill_after_send"] == "off"
        assert not await stage.sandbox.google_faults.after_write()
        await stage.control("POST", "bot/kill_after_send")
        assert await stage.sandbox.google_faults.after_write()
        assert bot.state == {"state": "stopped", "kill_after_send": "struck"}
        await bot.ended()


async def test_without_a_bot_there_is_nothing_to_kill() -> None:
    async with open_stage() as stage:
        assert (await stage.control("GET", "bot"))[1] == {"state": "none"}
        assert (await stage.control("POST", "bot/kill"))[1]["error"] == "no_bot"
        assert (await stage.control("POST", "bot/kill_after_send"))[1]["error"] == "no_bot"


async def test_the_model_is_switched() -> None:
    async with open_stage() as stage:
        assert await stage.control("PUT", "model", {"mode": "hostile"}) == (200, {"mode": "hostile"})
        assert stage.sandbox.model.mode == "hostile"
        assert (await stage.control("PUT", "model", {"mode": "oracle"}))[1]["error"] == "unknown_mode"


async def test_the_directory_is_shown_as_google_holds_it() -> None:
    async with open_stage() as stage:
        _, answer = await stage.control("GET", "google/users")
        leaver = next(user for user in answer["users"] if user["primaryEmail"] == "leaver@example.com")
        assert (len(answer["users"]) > 60, leaver["suspended"]) == (True, False)
