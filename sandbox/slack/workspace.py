"""The people, groups and channels of the workspace, and the app that is installed in it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Slack's word for a conversation in `channel_type`."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot. `role` is the page's word for the act-as switch."""

    id: str
    name: str
    real_name: str
    email: str = ""
    role: str = ""
    is_bot: bool = False
    is_restricted: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Usergroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(slots=True)
class Channel:
    """A conversation. `user` is the person on the other side of a direct message with the bot."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    user: str = ""
    is_archived: bool = False
    last_read: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class App:
    """The installed app: its ids, its tokens, what it may do, which events it asked for, which commands it offers.

    `token_error` is what every call with the bot token is answered once that token is worth nothing. `app_scopes` are
    those of the app-level token.
    """

    id: str
    name: str
    bot_id: str
    bot_user: str
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: frozenset[str] = frozenset()
    signing_secret: str = "sandbox-signing-secret"
    token_error: str = ""
    home_tab: bool = True
    app_scopes: frozenset[str] = frozenset({"connections:write"})


@dataclass(slots=True)
class Workspace:
    """Who and what there is before the first message. Mutable: a test archives, removes and deactivates here.

    `edit_window` is how many seconds a message may be edited, as an owner can set it; None for ever.
    """

    team: Team
    app: App
    users: dict[str, User]
    usergroups: dict[str, Usergroup]
    channels: dict[str, Channel]
    opened_at: int
    edit_window: int | None = None

    @property
    def people(self) -> list[User]:
        return [user for user in self.users.values() if not user.is_bot]

    def user_named(self, name: str) -> User | None:
        """The person or bot behind `@name`, whatever the case."""
        return next((user for user in self.users.values() if name.lower() == user.name.lower()), None)

    def usergroup_named(self, handle: str) -> Usergroup | None:
        return next((group for group in self.usergroups.values() if group.handle == handle), None)

    def channel_named(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels.values() if name and channel.name == name), None)

    def direct_channel(self, user: str) -> Channel | None:
        """The direct message of that person with the bot."""
        return next((channel for channel in self.channels.values() if user and channel.user == user), None)

    def bot_is_in(self, channel: Channel) -> bool:
        return self.app.bot_user in channel.members

    def name_of(self, user: str) -> str:
        """The name for a step: the id where nobody is known by it."""
        found = self.users.get(user)
        return found.real_name if found else user
