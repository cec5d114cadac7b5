"""/sandbox/...: what an owner of the workspace does to channels and people."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.control.body import read_body
from sandbox.slack import lifecycle
from sandbox.slack.service import Slack


@dataclass(frozen=True, slots=True)
class Owner:
    """The routes of the workspace's administration."""

    slack: Slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.put("/sandbox/channels/{id}/archived", self.archive),
            web.put("/sandbox/channels/{id}/members/{user}", self.membership),
            web.put("/sandbox/users/{user}/deactivated", self.deactivate),
        ]

    async def archive(self, request: web.Request) -> web.Response:
        """`{archived: true | false}`."""
        archived = (await read_body(request)).flag("archived")
        lifecycle.archive(self.slack, request.match_info["id"], archived=archived)
        return web.json_response({"archived": archived})

    async def membership(self, request: web.Request) -> web.Response:
        """`{member: true | false}`."""
        member = (await read_body(request)).flag("member")
        where, who = request.match_info["id"], request.match_info["user"]
        lifecycle.set_member(self.slack, where, who, member=member)
        return web.json_response({"member": member})

    async def deactivate(self, request: web.Request) -> web.Response:
        """`{deactivated: true | false}`."""
        deactivated = (await read_body(request)).flag("deactivated")
        lifecycle.deactivate(self.slack, request.match_info["user"], deactivated=deactivated)
        return web.json_response({"deactivated": deactivated})
