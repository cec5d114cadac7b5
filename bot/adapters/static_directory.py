"""The `Directory` of a file, for tests, evaluation and workspaces without user groups."""

from datetime import datetime

from bot.adapters.static_people import People
from bot.models.people import Membership, Person
from bot.ports import Clock


class StaticDirectory:
    """The `Directory` of a file that was read once; every answer is as new as the question."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:  # noqa: ARG002
        """As the port says."""
        now = self._clock.now()
        found = self._people.people.get(user)
        if found is None or (found.team and found.team != team):
            return Person(team, user, identity=user, name=user, answered_at=now, is_active=False)
        return Person(
            team=team,
            user=user,
            identity=found.email or user,
            name=found.name or user,
            answered_at=now,
            email=found.email,
            is_bot=found.is_bot,
            is_guest=found.is_guest or found.is_stranger,
            is_stranger=found.is_stranger,
            is_active=found.is_active,
        )

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:  # noqa: ARG002
        """As the port says. Only those members are named who belong to the workspace that asks."""
        known = self._people.groups.get(group.removeprefix("@"))
        users = tuple(user for user in known or () if self._people.people[user].team in ("", team))
        return Membership(group, users, self._clock.now(), exists=known is not None)
