"""The demo workspace: Acme, its people, its channels, and the app Countersign."""

from datetime import datetime

from sandbox.slack.workspace import App, Channel, Kind, Team, User, Usergroup, Workspace

ROBIN, ALEX, SAM, OLGA, GUS = "U0ROBIN01", "U0ALEX001", "U0SAM0001", "U0OLGA001", "U0GUEST01"
BOT = "U0BOT0001"
IT_HELP, APPROVALS, GENERAL = "C0ITHELP1", "C0APPROV1", "C0GENERAL1"
IT_ADMINS = "S0ITADM01"
PEOPLE = (ROBIN, ALEX, SAM, OLGA, GUS)

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
EVENTS = frozenset({"app_mention", "message.channels", "message.groups", "message.im", "app_home_opened"})


def demo_workspace(opened: datetime, app: App | None = None) -> Workspace:
    """The workspace of the demo before anybody wrote anything, with that app in it."""
    return Workspace(
        team=Team("T0ACME01", "Acme", "acme"),
        app=app or demo_app(),
        users={user.id: user for user in demo_users()},
        usergroups={IT_ADMINS: Usergroup(IT_ADMINS, "it-admins", "IT admins", (ALEX, SAM))},
        channels={channel.id: channel for channel in demo_channels()},
        opened_at=int(opened.timestamp()),
    )


def demo_app() -> App:
    """Countersign with all that this workspace can give an app."""
    return App(
        id="A0COUNT01",
        name="countersign",
        bot_id="B0COUNT01",
        bot_user=BOT,
        bot_token="xoxb-sandbox-bot",
        app_token="xapp-sandbox-app",
        scopes=SCOPES,
        events=EVENTS,
    )


def demo_users() -> list[User]:
    return [
        User(ROBIN, "robin", "Robin Reyes", "robin@example.com", "requester"),
        User(ALEX, "alex", "Alex Ahmadi", "alex@example.com", "approver"),
        User(SAM, "sam", "Sam Okafor", "sam@example.com", "approver"),
        User(OLGA, "olga", "Olga Novak", "olga@example.com", "outsider"),
        User(GUS, "gus", "Gus Guest", "gus@example.com", "guest", is_restricted=True),
        User(BOT, "countersign", "Countersign", is_bot=True),
    ]


def demo_channels() -> list[Channel]:
    named = [
        Channel(IT_HELP, "it-help", Kind.PUBLIC, [*PEOPLE, BOT]),
        Channel(APPROVALS, "approvals", Kind.PUBLIC, [ALEX, SAM, BOT]),
        Channel(GENERAL, "general", Kind.PUBLIC, [*PEOPLE]),
    ]
    direct = [Channel("D" + person[1:], "", Kind.DIRECT, [person, BOT], user=person) for person in PEOPLE]
    return named + direct
