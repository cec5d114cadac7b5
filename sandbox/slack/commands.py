"""Slash commands (Slack docs: "Implementing slash commands")."""

from dataclasses import dataclass

from sandbox.payload import Json
from sandbox.slack.delivery import Reply
from sandbox.slack.errors import SlackError
from sandbox.slack.events import VERIFICATION
from sandbox.slack.interactions import RESPONSE_PATH
from sandbox.slack.people import People, Refused
from sandbox.slack.response_url import respond
from sandbox.slack.triggers import ResponseUrl
from sandbox.slack.workspace import Channel


@dataclass(frozen=True, slots=True)
class Commands:
    """Somebody types `/name words` in a channel."""

    people: People

    async def run(self, user: str, channel_id: str, command: str, text: str) -> Reply:
        """Sends the command; the app's answer shows in the channel. Raises Refused for a command nobody offers."""
        slack = self.people.slack
        channel = self.people.visible_channel(user, channel_id)
        if command not in slack.workspace.app.commands:
            raise Refused("invalid_command", f"{command} is not a valid command", 404)
        title = f"{slack.workspace.name_of(user)} used {command}"
        reply = await slack.delivery.command(title, self._form(user, channel, command, text))
        if reply.payload:
            self._show(ResponseUrl(channel.id, "", user, slack.clock.now()), reply.payload)
        return reply

    def _form(self, user: str, channel: Channel, command: str, text: str) -> Json:
        slack = self.people.slack
        workspace = slack.workspace
        return {
            "token": VERIFICATION,
            "team_id": workspace.team.id,
            "team_domain": workspace.team.domain,
            "channel_id": channel.id,
            "channel_name": channel.name or "directmessage",
            "user_id": user,
            "user_name": workspace.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": self.people.origin + RESPONSE_PATH + slack.response_urls.issue(channel.id, "", user),
            "trigger_id": slack.triggers.issue(user),
        }

    def _show(self, place: ResponseUrl, answer: Json) -> None:
        slack = self.people.slack
        try:
            respond(slack, place, answer)
        except SlackError as wrong:
            slack.log.append("ack", f"The answer to the command is not valid: {wrong.code}")
