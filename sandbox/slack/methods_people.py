"""auth.test, apps.connections.open, users.*, usergroups.*, bots.info, team.info (Slack docs: their reference pages)."""

from sandbox.payload import Json
from sandbox.slack.call import Call, Handler
from sandbox.slack.errors import SlackError
from sandbox.slack.shapes import user_object, usergroup_object
from sandbox.slack.workspace import User


def auth_test(call: Call) -> Json:
    workspace = call.slack.workspace
    return {
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.app.name,
        "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """The url is good for one connection, soon."""
    host = call.origin.partition("://")[2]
    ticket = call.slack.link.new_ticket()
    return {"url": f"ws://{host}/link?ticket={ticket}&app_id={call.slack.workspace.app.id}"}


def users_info(call: Call) -> Json:
    user = call.slack.workspace.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": person(call, user)}


def users_list(call: Call) -> Json:
    """Everybody, those who left and bots included."""
    page, cursor = call.page(list(call.slack.workspace.users.values()))
    now = int(call.slack.clock.now().timestamp())
    members = [person(call, user) for user in page]
    return {"members": members, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def users_lookup_by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    active = [user for user in call.slack.workspace.people if not user.deleted]
    user = next((user for user in active if user.email.lower() == wanted), None)
    if user is None:
        raise SlackError("users_not_found")
    return {"user": person(call, user)}


def person(call: Call, user: User) -> Json:
    workspace = call.slack.workspace
    return user_object(user, workspace.team, with_email="users:read.email" in workspace.app.scopes)


def usergroups_list(call: Call) -> Json:
    workspace = call.slack.workspace
    users, count = call.flag("include_users"), call.flag("include_count")
    groups = workspace.usergroups.values()
    shown = [usergroup_object(group, workspace.team, with_users=users, with_count=count) for group in groups]
    return {"usergroups": shown}


def usergroups_users_list(call: Call) -> Json:
    workspace = call.slack.workspace
    group = workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": [user for user in group.users if not workspace.users[user].deleted]}


def bots_info(call: Call) -> Json:
    app = call.slack.workspace.app
    if call.text("bot") not in ("", app.bot_id):
        raise SlackError("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id}
    return {"bot": bot | {"user_id": app.bot_user}}


def team_info(call: Call) -> Json:
    team = call.slack.workspace.team
    if call.text("team") not in ("", team.id):
        raise SlackError("team_not_found")
    shown = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "example.com"}
    return {"team": shown | {"url": f"https://{team.domain}.slack.com/"}}


HANDLERS: dict[str, Handler] = {
    "apps.connections.open": connections_open,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "team.info": team_info,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
}
