"""What every directory promises. A subclass gives `directory`, `clock`, and breaks nothing."""

from datetime import timedelta

from bot.ports import Directory
from tests.factories import HandClock

TEAM, ADA, BEN, GUEST, BOT, GONE = "T0ACME01", "U-ada", "U-ben", "U-guest", "U-bot", "U-gone"
GROUP = "it-admins"


class DirectoryContract:
    """The world: Ada and Ben are it-admins; there are a guest, a bot, and somebody who has left."""

    async def test_a_person_is_named_by_their_mail_address(self, directory: Directory) -> None:
        ada = await directory.person(TEAM, ADA)
        assert (ada.team, ada.user, ada.identity, ada.email) == (TEAM, ADA, "ada@example.com", "ada@example.com")
        assert ada.is_active
        assert (ada.is_bot, ada.is_guest, ada.is_stranger) == (False, False, False)

    async def test_guests_bots_and_leavers_are_told_apart(self, directory: Directory) -> None:
        assert (await directory.person(TEAM, GUEST)).is_guest
        assert (await directory.person(TEAM, BOT)).is_bot
        assert not (await directory.person(TEAM, GONE)).is_active

    async def test_somebody_unknown_is_not_active(self, directory: Directory) -> None:
        nobody = await directory.person(TEAM, "U-nobody")
        assert (nobody.user, nobody.identity, nobody.is_active) == ("U-nobody", "U-nobody", False)

    async def test_somebody_of_another_workspace_can_never_count(self, directory: Directory) -> None:
        other = await directory.person("T0OTHER01", ADA)
        assert other.is_stranger or not other.is_active

    async def test_a_group_is_found_with_and_without_its_at_sign(self, directory: Directory) -> None:
        plain, handle = await directory.members(TEAM, GROUP), await directory.members(TEAM, f"@{GROUP}")
        assert plain.users == handle.users == (ADA, BEN)
        assert plain.exists
        assert (plain.group, handle.group) == (GROUP, f"@{GROUP}")

    async def test_an_unknown_group_does_not_exist(self, directory: Directory) -> None:
        unknown = await directory.members(TEAM, "nobodies")
        assert (unknown.users, unknown.exists) == ((), False)

    async def test_a_group_has_no_members_in_another_workspace(self, directory: Directory) -> None:
        assert (await directory.members("T0OTHER01", GROUP)).users == ()

    async def test_an_answer_is_as_new_as_asked_for(self, directory: Directory, clock: HandClock) -> None:
        await directory.person(TEAM, ADA)
        await directory.members(TEAM, GROUP)
        asked = clock.advance(seconds=1)
        clock.advance(seconds=1)
        assert (await directory.person(TEAM, ADA, newer_than=asked)).answered_at > asked
        assert (await directory.members(TEAM, GROUP, newer_than=asked)).answered_at > asked

    async def test_no_answer_is_older_than_half_a_minute(self, directory: Directory, clock: HandClock) -> None:
        await directory.person(TEAM, ADA)
        now = clock.advance(seconds=31)
        assert now - (await directory.person(TEAM, ADA)).answered_at <= timedelta(seconds=30)
