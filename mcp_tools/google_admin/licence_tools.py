"""Licences: the catalogue, those of an account, assign, remove."""

from mcp_tools.google_admin.arguments import LicenceName, UserKey
from mcp_tools.google_admin.catalogue import LICENCES, Licence, licence_called
from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.licensing import LicensingClient
from mcp_tools.google_admin.models import Catalogue, LicenceChange, LicenceEntry, LicenceState, UserLicences
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.timing import Window
from mcp_tools.google_admin.words import Attempt, told

LOST = "Do not repeat it; look with get_user_licence first."


class LicenceTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool."""

    def __init__(self, users: DirectoryClient, licences: LicensingClient, window: Window) -> None:
        self._users = users
        self._licences = licences
        self._window = window

    def list_licences(self) -> Catalogue:
        """List the licences (products and SKUs) of Google Workspace that are known by name. It says nothing of what
        this organisation has bought."""
        entries = (
            LicenceEntry(name=one.name, product_id=one.product_id, sku_id=one.sku_id)
            for one in sorted(LICENCES, key=lambda licence: licence.name)
        )
        return Catalogue(licences=tuple(entries))

    def list_user_licences(self, user_key: UserKey) -> UserLicences:
        """List the licences of one account. Google is asked about each licence that list_licences knows."""
        email = self._email(user_key)
        with told(Attempt(f"list the licences of {email}", scope=Scope.LICENCES)):
            held = self._licences.held(email, LICENCES)
        return UserLicences(user=email, licences=tuple(one.name for one in held), looked_for=len(LICENCES))

    def get_user_licence(self, user_key: UserKey, licence: LicenceName) -> LicenceState:
        """Look whether one account has one licence."""
        found = _licence(licence)
        return self._state(self._email(user_key), found)

    def assign_licence(self, user_key: UserKey, licence: LicenceName) -> LicenceChange:
        """Assign one licence to one account; this may cost money. remove_licence undoes it. An account has one licence
        of a product at a time: remove the other one first. One that it already has is left alone and reported so."""
        opened, found = self._window.open(), _licence(licence)
        before = self._state(self._email(user_key), found)
        if before.assigned:
            return _unchanged(before, f"{before.user} already had {licence}; nothing was changed.")
        doing = f"assign {licence} to {before.user}"
        opened.check(doing)
        with told(_attempt(doing, {412: _not_assigned(before)})):
            sku = self._licences.assign(before.user, found)
        if sku != found.sku_id:
            text = f"Google accepted the request to {doing} but reports the licence {sku}."
            raise ToolFailure(f"{text} Look with list_user_licences.", Outcome.UNKNOWN)
        return _changed(before, f"{before.user} now has {licence}.")

    def remove_licence(self, user_key: UserKey, licence: LicenceName) -> LicenceChange:
        """Take one licence from one account: it loses what the licence gave, such as mail or storage. assign_licence
        undoes it as long as one is free. One that it does not have is reported so."""
        opened, found = self._window.open(), _licence(licence)
        before = self._state(self._email(user_key), found)
        if not before.assigned:
            return _unchanged(before, f"{before.user} does not have {licence}; nothing was changed.")
        doing = f"take {licence} from {before.user}"
        opened.check(doing)
        gone = f"{before.user} does not have {licence} any more. Nothing was changed."
        with told(_attempt(doing, {404: gone})):
            self._licences.remove(before.user, found)
        return _changed(before, f"{before.user} no longer has {licence}.")

    def _email(self, user_key: str) -> str:
        with told(Attempt(f"look up {user_key}", user_key)):
            return self._users.user(user_key).primary_email

    def _state(self, email: str, licence: Licence) -> LicenceState:
        with told(Attempt(f"look for {licence.name} of {email}", scope=Scope.LICENCES)):
            has = self._licences.has(email, licence)
        return LicenceState(user=email, licence=licence.name, assigned=has)


def _licence(name: str) -> Licence:
    licence = licence_called(name)
    if licence is None:
        text = f"There is no licence called {name}. Take a name exactly as list_licences gives it."
        raise ToolFailure(f"{text} Nothing was sent.", Outcome.REFUSED)
    return licence


def _attempt(doing: str, refusals: dict[int, str]) -> Attempt:
    return Attempt(doing, write=True, scope=Scope.LICENCES, lost=LOST, refusals=refusals)


def _not_assigned(state: LicenceState) -> str:
    return (
        f"Google refused to assign {state.licence} to {state.user}: no such licence is free, or the account has "
        f"another licence of the same product. Nothing was changed. Look with list_user_licences."
    )


def _unchanged(state: LicenceState, summary: str) -> LicenceChange:
    return LicenceChange(state=state, changed=False, summary=summary)


def _changed(before: LicenceState, summary: str) -> LicenceChange:
    after = before.model_copy(update={"assigned": not before.assigned})
    return LicenceChange(state=after, changed=True, summary=summary)
