"""/sandbox/...: what a person sees and does in the client."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.control.body import Body, acting_user, read_body
from sandbox.payload import Json
from sandbox.slack.commands import Commands
from sandbox.slack.delivery import Reply
from sandbox.slack.people import Click, People, Refused
from sandbox.slack.posting import shown
from sandbox.slack.service import Slack
from sandbox.slack.workspace import Channel, Kind, User

PICKED = ("selected_", "value", "rich_text_value")
NO_ACK = "The app did not acknowledge this within 3 seconds."
NOT_CONNECTED = "The app is not connected."


@dataclass(frozen=True, slots=True)
class Client:
    """The routes of the Slack client."""

    slack: Slack

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/workspace", self.workspace),
            web.get("/sandbox/channels/{id}/messages", self.messages),
            web.post("/sandbox/messages", self.say),
            web.post("/sandbox/messages/delete", self.delete),
            web.post("/sandbox/actions", self.act),
            web.post("/sandbox/commands", self.command),
            web.get("/sandbox/views", self.views),
            web.post("/sandbox/views/{id}/submit", self.submit),
            web.post("/sandbox/views/{id}/close", self.close),
            web.post("/sandbox/open", self.read),
            web.get("/sandbox/home", self.home),
            web.post("/sandbox/home", self.open_home),
        ]

    async def workspace(self, _request: web.Request) -> web.Response:
        workspace = self.slack.workspace
        team, groups = workspace.team, workspace.usergroups.values()
        return web.json_response(
            {
                "team": {"id": team.id, "name": team.name, "domain": team.domain},
                "bot_user_id": workspace.app.bot_user,
                "app": {"home_tab": workspace.app.home_tab, "commands": sorted(workspace.app.commands)},
                "users": [user_entry(user) for user in workspace.users.values() if not user.deleted],
                "usergroups": [{"id": one.id, "handle": one.handle, "users": one.users} for one in groups],
                "channels": [channel_entry(channel) for channel in workspace.channels.values()],
            }
        )

    async def messages(self, request: web.Request) -> web.Response:
        user = acting_user(request)
        channel = People(self.slack, "").visible_channel(user, request.match_info["id"])
        listed = [shown(message) for message in self.slack.messages.in_channel(channel.id, user)]
        return web.json_response({"messages": listed})

    async def say(self, request: web.Request) -> web.Response:
        body, people = await self._act(request)
        thread = body.text("thread_ts", "")
        message = people.say(body.text("as"), body.text("channel"), body.text("text"), thread)
        return web.json_response({"ts": message.ts})

    async def delete(self, request: web.Request) -> web.Response:
        body, people = await self._act(request)
        people.take_back(body.text("as"), body.text("channel"), body.text("ts"))
        return web.json_response({})

    async def act(self, request: web.Request) -> web.Response:
        """A click, on a message or on a view."""
        body, people = await self._act(request)
        given = {key: value for key, value in body.values.items() if key.startswith(PICKED)}
        state = body.object("state")
        click = Click(body.text("block_id"), body.text("action_id"), given, state.get("values", state))
        user, view_id = body.text("as"), body.text("view_id", "")
        if view_id:
            reply = await people.click_view(user, view_id, click)
        else:
            reply = await people.click_message(user, body.text("channel"), body.text("ts"), click)
        return web.json_response(reply_entry(reply))

    async def command(self, request: web.Request) -> web.Response:
        """Somebody uses a slash command: `{as, channel, command: "/name", text}`."""
        body, people = await self._act(request)
        command = body.text("command")
        reply = await Commands(people).run(body.text("as"), body.text("channel"), command, body.text("text", ""))
        failed = "operation_timeout" if reply.delivered else "dispatch_failed"
        warning = {} if reply.acked else {"warning": f'{command} failed with the error "{failed}"'}
        return web.json_response(reply_entry(reply) | warning)

    async def views(self, request: web.Request) -> web.Response:
        return web.json_response({"stack": self.slack.views.stack(acting_user(request))})

    async def submit(self, request: web.Request) -> web.Response:
        body, people = await self._act(request)
        values = body.object("values")
        return web.json_response(await people.submit(body.text("as"), request.match_info["id"], values))

    async def close(self, request: web.Request) -> web.Response:
        body, people = await self._act(request)
        await people.close(body.text("as"), request.match_info["id"])
        return web.json_response({})

    async def read(self, request: web.Request) -> web.Response:
        """The person has seen the channel up to that message."""
        body, people = await self._act(request)
        user = body.text("as")
        channel = people.visible_channel(user, body.text("channel"))
        channel.last_read[user] = body.text("ts")
        self.slack.feed.publish("unread", {"channel": channel.id, "unread": False}, {user})
        return web.json_response({})

    async def home(self, request: web.Request) -> web.Response:
        return web.json_response({"view": self.slack.views.home(acting_user(request))})

    async def open_home(self, request: web.Request) -> web.Response:
        """The person opens the app: its tab `home` or `messages`."""
        body, people = await self._act(request)
        tab = body.text("tab", "home")
        if tab not in ("home", "messages"):
            raise Refused("invalid_arguments", "tab must be home or messages", 400)
        return web.json_response({"view": people.open_home(body.text("as"), tab)})

    async def _act(self, request: web.Request) -> tuple[Body, People]:
        return await read_body(request), People(self.slack, str(request.url.origin()))


def user_entry(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "role": user.role,
        "is_bot": user.is_bot,
        "is_guest": user.is_restricted,
    }


def channel_entry(channel: Channel) -> Json:
    entry: Json = {"id": channel.id, "name": channel.name, "members": channel.members, "kind": channel.kind.value}
    entry |= {"is_im": channel.kind is Kind.DIRECT, "is_archived": channel.is_archived}
    return entry | ({"user": channel.user} if channel.user else {})


def reply_entry(reply: Reply) -> Json:
    entry: Json = {"delivered": reply.delivered, "acked": reply.acked, "ms": round(reply.ms, 1)}
    if reply.acked:
        return entry
    return entry | {"warning": NO_ACK if reply.delivered else NOT_CONNECTED}
