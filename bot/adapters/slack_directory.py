"""People and user groups of a Slack workspace (Slack docs: users.info, usergroups.list, usergroups.users.list)."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_cache import Answers
from bot.adapters.slack_client import SlackIdentity, SlackRefused, heard
from bot.adapters.slack_clock import SlackClock
from bot.errors import DirectoryUnavailable
from bot.models.people import Membership, Person
from bot.ports import Clock

Json: TypeAlias = dict[str, Any]

KEEP_SECONDS = 30.0
UNKNOWN = ("user_not_found", "user_not_visible", "users_not_found")
SLACKBOT = "USLACKBOT"


class SlackDirectory:
    """The `Directory` of one workspace. Group names are ids (`S0123`) or handles, with or without `@`."""

    def __init__(self, client: AsyncWebClient, identity: SlackIdentity, clock: Clock) -> None:
        self._client = client
        self._identity = identity
        self._slack_clock = SlackClock(clock)
        self._people: Answers[Json | None] = Answers(clock, KEEP_SECONDS)
        self._groups: Answers[Json] = Answers(clock, KEEP_SECONDS)
        self._members: Answers[tuple[str, ...] | None] = Answers(clock, KEEP_SECONDS)

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        """As the port says. Somebody whose own workspace is another one comes back as a stranger."""
        try:
            await self._identity.known()
            found, at = await self._people.get(user, lambda: self._ask_user(user), newer_than)
        except SlackRefused as refused:
            raise unavailable(refused) from refused
        if found is None:
            return Person(team, user, identity=user, name=user, answered_at=at, is_active=False)
        return person_of(found, {team, self._identity.team}, at)

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        """As the port says. Groups of another workspace do not exist here."""
        name = group.removeprefix("@")
        try:
            await self._identity.known()
            handles, at = await self._groups.get("", self._ask_groups, newer_than)
            group_id = handles.get(name)
            if team != self._identity.team or group_id is None:
                return Membership(group, (), at, exists=False)
            users, asked_at = await self._members.get(group_id, lambda: self._ask_members(group_id), newer_than)
        except SlackRefused as refused:
            raise unavailable(refused) from refused
        return Membership(group, users or (), min(at, asked_at), exists=users is not None)

    async def group_id(self, group: str) -> str:
        """The id by which a group is notified; empty when it is not known, or Slack does not say."""
        try:
            handles, _ = await self._groups.get("", self._ask_groups, None)
        except (SlackRefused, DirectoryUnavailable):
            return ""
        return str(handles.get(group.removeprefix("@"), ""))

    def drop(self, user: str) -> None:
        """Slack told that somebody changed: what was known of them, and of every group, is asked for again."""
        self._people.drop(user)
        self._groups.drop_all()
        self._members.drop_all()

    async def _answered(self, call: Awaitable[Any]) -> Json:
        """An answer by a clock that agrees with ours. Raises SlackRefused, DirectoryUnavailable."""
        answer = await heard(call)
        self._slack_clock.demand(answer.headers)
        data: Json = answer.data
        return data

    async def _ask_user(self, user: str) -> Json | None:
        try:
            answer = await self._answered(self._client.users_info(user=user))
        except SlackRefused as refused:
            if refused.code in UNKNOWN:
                return None
            raise
        found: Json = answer["user"]
        return found

    async def _ask_groups(self) -> Json:
        answer = await self._answered(self._client.usergroups_list())
        groups = [group for group in answer["usergroups"] if not group.get("date_delete")]
        return {group["handle"]: group["id"] for group in groups} | {group["id"]: group["id"] for group in groups}

    async def _ask_members(self, group_id: str) -> tuple[str, ...] | None:
        try:
            answer = await self._answered(self._client.usergroups_users_list(usergroup=group_id))
        except SlackRefused as refused:
            if refused.code == "no_such_subteam":
                return None
            raise
        return tuple(answer["users"])


def person_of(found: Json, here: set[str], at: datetime) -> Person:
    """What `users.info` says. The mail address names a human only where Slack has confirmed it.

    On an Enterprise Grid a person belongs to all workspaces of `enterprise_user.teams`.
    """
    profile = found.get("profile") or {}
    email = str(profile.get("email") or "").lower() if found.get("is_email_confirmed") else ""
    homes = {str(found.get("team_id") or ""), *((found.get("enterprise_user") or {}).get("teams") or ())}
    stranger = bool(found.get("is_stranger")) or not here <= homes
    return Person(
        team=str(found.get("team_id") or ""),
        user=found["id"],
        identity=email or found["id"],
        name=str(profile.get("display_name") or found.get("real_name") or found.get("name") or found["id"]),
        answered_at=at,
        email=email,
        is_bot=bool(found.get("is_bot")) or found["id"] == SLACKBOT,
        is_guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")) or stranger,
        is_stranger=stranger,
        is_active=not found.get("deleted"),
    )


def unavailable(refused: SlackRefused) -> DirectoryUnavailable:
    """Whatever the reason: we do not know who somebody is."""
    return DirectoryUnavailable(f"Slack: {refused.code}", retry_after=refused.retry_after)
