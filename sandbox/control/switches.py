"""/sandbox/...: the bot's process, the model, the directory."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.bedrock.switch import UnknownMode
from sandbox.bot_process import BotProcess
from sandbox.control.body import read_body
from sandbox.parts import Sandbox
from sandbox.slack.people import Refused


@dataclass(frozen=True, slots=True)
class Switches:
    """The routes that change how the world behaves."""

    sandbox: Sandbox

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/bot", self.bot),
            web.post("/sandbox/bot/kill", self.kill),
            web.post("/sandbox/bot/restart", self.restart),
            web.post("/sandbox/bot/kill_after_send", self.kill_after_send),
            web.put("/sandbox/model", self.model),
            web.get("/sandbox/google/users", self.google_users),
        ]

    async def bot(self, _request: web.Request) -> web.Response:
        bot = self.sandbox.bot
        return web.json_response(bot.state if bot else {"state": "none"})

    async def kill(self, _request: web.Request) -> web.Response:
        bot = self._bot()
        await bot.kill()
        return web.json_response(bot.state)

    async def restart(self, _request: web.Request) -> web.Response:
        bot = self._bot()
        await bot.restart()
        return web.json_response(bot.state)

    async def kill_after_send(self, request: web.Request) -> web.Response:
        """The next change that Google carries out ends the bot before it hears the answer; `armed: false` undoes it."""
        bot = self._bot()
        armed = (await read_body(request)).values.get("armed", True)
        if not isinstance(armed, bool):
            raise Refused("invalid_arguments", "armed must be true or false", 400)
        self.sandbox.google_faults.after_write = bot.strike
        bot.arm(armed=armed)
        return web.json_response(bot.state)

    async def model(self, request: web.Request) -> web.Response:
        mode = (await read_body(request)).text("mode")
        try:
            self.sandbox.model.select(mode)
        except UnknownMode as unknown:
            raise Refused("unknown_mode", f"there is no model {unknown.mode!r}", 400) from unknown
        self.sandbox.log.append("model", f"The model is now: {mode}")
        return web.json_response({"mode": mode})

    async def google_users(self, _request: web.Request) -> web.Response:
        return web.json_response({"users": [user.resource() for user in self.sandbox.directory.users()]})

    def _bot(self) -> BotProcess:
        if self.sandbox.bot is None:
            raise Refused("no_bot", "this sandbox was started without a bot")
        return self.sandbox.bot
