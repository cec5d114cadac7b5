"""/sandbox/...: what goes wrong on purpose, the bot's process, the model, the directory."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from aiohttp import web

from sandbox.bedrock.switch import UnknownMode
from sandbox.bot_process import BotProcess
from sandbox.control.body import read_body
from sandbox.parts import Sandbox
from sandbox.payload import Json
from sandbox.slack.contract import errors_of, method
from sandbox.slack.faults import DeliveryFaults, Fault
from sandbox.slack.link import REASONS
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
            web.get("/sandbox/faults", self.faults),
            web.put("/sandbox/faults", self.set_faults),
            web.post("/sandbox/disconnect", self.disconnect),
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

    async def faults(self, _request: web.Request) -> web.Response:
        faults = self.sandbox.slack.faults
        shown: Json = {name: asdict(fault) for name, fault in faults.methods.items()}
        return web.json_response(shown | {"deliver": asdict(faults.deliver)})

    async def set_faults(self, request: web.Request) -> web.Response:
        """Replaces all faults. Every error must be one that Slack lists for its method."""
        wanted = (await read_body(request)).values
        deliver = checked("deliver", wanted.pop("deliver", {}), DeliveryFaults)
        methods = {name: Fault(**checked(name, knobs, Fault)) for name, knobs in wanted.items()}
        for name, fault in methods.items():
            require_real(name, fault)
        faults = self.sandbox.slack.faults
        faults.methods = methods
        for knob in fields(DeliveryFaults):
            setattr(faults.deliver, knob.name, deliver.get(knob.name, 0))
        self.sandbox.log.append("fault", "Faults set", {**wanted, "deliver": deliver})
        return await self.faults(request)

    async def disconnect(self, request: web.Request) -> web.Response:
        reason = (await read_body(request)).text("reason", "refresh_requested")
        if reason not in REASONS:
            raise Refused("invalid_arguments", f"reason must be one of {', '.join(REASONS)}", 400)
        connections = self.sandbox.slack.link.connections
        await self.sandbox.slack.link.disconnect(reason)
        return web.json_response({"connections": connections})

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


def checked(name: str, knobs: Any, known: type[Fault] | type[DeliveryFaults]) -> Json:
    """The knobs of one entry. Raises Refused (400) for one that does not exist."""
    names = {knob.name for knob in fields(known)}
    if not isinstance(knobs, dict) or not knobs.keys() <= names:
        raise Refused("invalid_arguments", f"{name} takes {', '.join(sorted(names))}", 400)
    taken: Json = knobs
    return taken


def require_real(name: str, fault: Fault) -> None:
    """Raises Refused (400) for a method the stand-in lacks, or an error Slack does not list for it."""
    if name != "*" and method(name) is None:
        raise Refused("unknown_method", f"the stand-in has no method {name}", 400)
    if fault.error is not None and fault.error not in errors_of(name):
        raise Refused("unknown_error", f"Slack lists no error {fault.error} for {name}", 400)
