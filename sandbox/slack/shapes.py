"""Slack's objects as its API shows them; the keys are those of the published samples (tests/slack_contract)."""

from sandbox.payload import Json
from sandbox.slack.messages import Message
from sandbox.slack.workspace import App, Channel, Kind, Team, User, Usergroup, Workspace


def user_object(user: User, team: Team, *, with_email: bool) -> Json:
    """As users.info shows a person; the mail address needs the scope users:read.email."""
    first, _, last = user.real_name.partition(" ")
    profile = {
        "title": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "team": team.id,
    }
    if with_email and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": team.id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_email_confirmed": not user.is_bot,
        "updated": 0,
    }


def channel_object(channel: Channel, workspace: Workspace) -> Json:
    """As conversations.info shows a conversation."""
    common = {
        "id": channel.id,
        "created": workspace.opened_at,
        "is_archived": channel.is_archived,
        "is_im": channel.kind is Kind.DIRECT,
        "is_org_shared": False,
        "updated": workspace.opened_at * 1000,
        "context_team_id": workspace.team.id,
    }
    if channel.kind is Kind.DIRECT:
        return common | {"user": channel.user, "is_open": True, "priority": 0}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is Kind.PUBLIC,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_mpim": False,
        "is_private": channel.kind is Kind.PRIVATE,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": workspace.bot_is_in(channel),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def usergroup_object(group: Usergroup, team: Team, *, with_users: bool, with_count: bool) -> Json:
    """As usergroups.list shows a user group."""
    shown: Json = {
        "id": group.id,
        "team_id": team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "is_external": False,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
    }
    shown |= {"users": list(group.users)} if with_users else {}
    return shown | ({"user_count": len(group.users)} if with_count else {})


def bot_profile(app: App, team: Team) -> Json:
    """The bot as its messages carry it."""
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "name": app.name,
        "deleted": False,
        "updated": 0,
        "team_id": team.id,
    }


def message_object(message: Message, *, with_metadata: bool = False) -> Json:
    """As conversations.history shows a message."""
    shown = dict(message.body)
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata is not None:
        type_only = {"event_type": message.metadata["event_type"]}
        shown["metadata"] = message.metadata if with_metadata else type_only
    return shown
