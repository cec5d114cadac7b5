"""What an owner of the workspace does: archive, remove, deactivate, revoke. Each tells the app what Slack tells it."""

from dataclasses import replace

from sandbox.payload import Json
from sandbox.slack.events import announce
from sandbox.slack.people import Refused
from sandbox.slack.service import Slack
from sandbox.slack.shapes import user_object
from sandbox.slack.workspace import Channel, Kind, User

REVOKED, UNINSTALLED = "token_revoked", "account_inactive"


def archive(slack: Slack, channel_id: str, *, archived: bool) -> None:
    """Archives the channel, or brings it back. Raises Refused (404)."""
    channel = channel_of(slack, channel_id)
    if channel.is_archived == archived:
        return
    channel.is_archived = archived
    what = "channel_archive" if archived else "channel_unarchive"
    event: Json = {"type": what, "channel": channel.id, "user": some_person(slack).id, "event_ts": moment(slack)}
    in_channel(slack, channel, what, event)


def set_member(slack: Slack, channel_id: str, user_id: str, *, member: bool) -> None:
    """Adds or removes somebody. The app itself hears `channel_left` when it goes. Raises Refused (404)."""
    channel, user = channel_of(slack, channel_id), user_of(slack, user_id)
    if (user.id in channel.members) == member:
        return
    if member:
        channel.members.append(user.id)
    else:
        channel.members.remove(user.id)
    app = slack.workspace.app
    if user.id == app.bot_user and not member:
        gone = {"type": "channel_left", "channel": channel.id, "event_ts": moment(slack)}
        announce(slack, f"channel_left #{channel.name}", "channel_left", gone)
        return
    what = "member_joined_channel" if member else "member_left_channel"
    kind = "C" if channel.kind is Kind.PUBLIC else "G"
    event: Json = {"type": what, "user": user.id, "channel": channel.id, "channel_type": kind}
    in_channel(slack, channel, what, event | {"team": slack.workspace.team.id, "event_ts": moment(slack)})


def deactivate(slack: Slack, user_id: str, *, deactivated: bool) -> None:
    """Deactivates somebody's account, or activates it again. Raises Refused (404)."""
    user = replace(user_of(slack, user_id), deleted=deactivated)
    slack.workspace.users[user.id] = user
    with_email = "users:read.email" in slack.workspace.app.scopes
    shown = user_object(user, slack.workspace.team, with_email=with_email)
    event: Json = {"type": "user_change", "user": shown, "cache_ts": int(slack.clock.now().timestamp())}
    announce(slack, f"user_change of {user.real_name}", "user_change", event)


def revoke(slack: Slack) -> None:
    """The bot token is worth nothing from now on: every call answers token_revoked."""
    bot = slack.workspace.app.bot_user
    announce(
        slack, "tokens_revoked", "tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}
    )
    end_token(slack, REVOKED)


def uninstall(slack: Slack) -> None:
    """The app is taken out of the workspace: every call answers account_inactive."""
    announce(slack, "app_uninstalled", "app_uninstalled", {"type": "app_uninstalled"})
    end_token(slack, UNINSTALLED)


def reinstall(slack: Slack) -> None:
    """The token works again."""
    end_token(slack, "")


def end_token(slack: Slack, error: str) -> None:
    slack.workspace.app = replace(slack.workspace.app, token_error=error)
    slack.log.append("workspace", f"The bot token now answers: {error or 'ok'}")


def in_channel(slack: Slack, channel: Channel, what: str, event: Json) -> None:
    """For the members of the channel, the app among them or not."""
    slack.log.append("workspace", f"{what} in #{channel.name}", event)
    if slack.workspace.bot_is_in(channel):
        announce(slack, f"{what} in #{channel.name}", what, event)


def channel_of(slack: Slack, channel_id: str) -> Channel:
    found = slack.workspace.channels.get(channel_id)
    if found is None or found.kind is Kind.DIRECT:
        raise Refused("channel_not_found", f"there is no channel {channel_id}", 404)
    return found


def user_of(slack: Slack, user_id: str) -> User:
    found = slack.workspace.users.get(user_id)
    if found is None:
        raise Refused("user_not_found", f"there is no user {user_id}", 404)
    return found


def some_person(slack: Slack) -> User:
    """Whoever did it: the first person of the workspace."""
    return slack.workspace.people[0]


def moment(slack: Slack) -> str:
    return slack.messages.new_ts()
