"""Signing in: passwords, sessions, 2-Step Verification. None of it can be taken back."""

from fastmcp import Context
from fastmcp.tools.base import ToolResult

from mcp_tools.google_admin.arguments import UserKey
from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.errors import GoogleFailure
from mcp_tools.google_admin.models import AccessChange, Done, SecretSent, User
from mcp_tools.google_admin.outcomes import Outcome, ToolFailure
from mcp_tools.google_admin.passwords import Choose, new_password
from mcp_tools.google_admin.scopes import Scope
from mcp_tools.google_admin.secrecy import label_of, recipient_or_refuse
from mcp_tools.google_admin.security import SecurityClient
from mcp_tools.google_admin.timing import Window
from mcp_tools.google_admin.words import Attempt, told
from mcp_tools.sealing import sealed_result


class SecurityTools:
    """Sync on purpose: FastMCP runs each call in a thread of its own pool."""

    def __init__(self, users: DirectoryClient, security: SecurityClient, window: Window, choose: Choose) -> None:
        self._users = users
        self._security = security
        self._window = window
        self._choose = choose

    def reset_password(self, user_key: UserKey, context: Context) -> ToolResult:
        """Give one Google Workspace account a new random password, which must be changed at the next sign-in. The old
        one is worth nothing from then on. The new password is sent privately to the person who asked; nobody else
        sees it, neither do you."""
        opened, recipient = self._window.open(), recipient_or_refuse(context)
        before = self._user(user_key)
        password = new_password(self._choose)
        sealed = recipient.seal(label_of("Password of", before.primary_email), password.text)
        doing = f"reset the password of {user_key}"
        opened.check(doing)
        with told(Attempt(doing, user_key, write=True, lost=PASSWORD_LOST)):
            user = self._users.set_password(user_key, password)
        said = "was sent privately to the person who asked; it must be changed at the next sign-in."
        return sealed_result(SecretSent(user=user, summary=f"The new password of {user.primary_email} {said}"), sealed)

    def sign_out_user(self, user_key: UserKey) -> Done:
        """Sign one Google Workspace account out everywhere: every web and device session ends, and the person must
        sign in again. It does not keep anybody from signing in again: suspend_user does."""
        doing = f"sign {user_key} out everywhere"
        lost = "Signing out once more does no harm, so it can be asked for again."
        with told(Attempt(doing, user_key, write=True, scope=Scope.SECURITY, lost=lost)):
            self._security.sign_out(user_key)
        return Done(user_key=user_key, changed=True, summary=f"{user_key} is signed out everywhere.")

    def reset_2fa(self, user_key: UserKey, context: Context) -> ToolResult:
        """Help one account whose second step is lost: make ten new backup codes of 2-Step Verification (2FA, 2SV). The
        old codes are worth nothing from then on. The new codes are sent privately to the person who asked; nobody
        else sees them, neither do you. 2-Step Verification stays on; where it is not enforced, turn_off_2fa turns it
        off."""
        opened, recipient = self._window.open(), recipient_or_refuse(context)
        user = self._user(user_key)
        self._check_has_second_step(user)
        doing = f"make new backup codes for {user_key}"
        opened.check(doing)
        attempt = Attempt(doing, user_key, True, Scope.SECURITY, CODES_LOST, {400: _no_codes(user)})
        with told(attempt):
            self._security.make_codes(user_key)
        codes = self._made_codes(user_key)
        sealed = recipient.seal(label_of("Backup codes of", user.primary_email), "\n".join(codes))
        said = f"{len(codes)} new backup codes of {user.primary_email} were sent privately to the person who asked."
        return sealed_result(SecretSent(user=user, summary=f"{said} The old ones are void. {_stays_on(user)}"), sealed)

    def turn_off_2fa(self, user_key: UserKey) -> AccessChange:
        """Turn 2-Step Verification (2FA, 2SV) of one account off and forget its second steps, so that a password alone
        signs in. Google refuses this while 2-Step Verification is enforced for the account, or when it is in the
        Advanced Protection Program; reset_2fa then gives backup codes."""
        opened, user = self._window.open(), self._user(user_key)
        if user.enforced_2sv:
            raise ToolFailure(f"{_enforced(user)} {INSTEAD}", Outcome.FAILED)
        if not user.enrolled_in_2sv:
            summary = f"2-Step Verification of {user.primary_email} was already off; nothing was changed."
            return AccessChange(user=user, changed=False, summary=summary)
        _check_active(user)
        doing = f"turn off 2-Step Verification of {user_key}"
        opened.check(doing)
        with told(Attempt(doing, user_key, write=True, scope=Scope.SECURITY, refusals={400: _not_off(user)})):
            self._security.turn_off(user_key)
        after = user.model_copy(update={"enrolled_in_2sv": False})
        summary = f"2-Step Verification of {user.primary_email} is now off. A password alone signs in."
        return AccessChange(user=after, changed=True, summary=summary)

    def _user(self, user_key: str) -> User:
        with told(Attempt(f"look up {user_key}", user_key)):
            return self._users.user(user_key)

    def _check_has_second_step(self, user: User) -> None:
        _check_active(user)
        if not user.enrolled_in_2sv and not user.enforced_2sv:
            text = f"{user.primary_email} has no 2-Step Verification, so there is nothing to reset."
            raise ToolFailure(
                f"{text} Nothing was changed. If the password is lost, use reset_password.", Outcome.FAILED
            )

    def _made_codes(self, user_key: str) -> tuple[str, ...]:
        try:
            codes = self._security.codes(user_key)
        except GoogleFailure as failure:
            raise ToolFailure(_unread(user_key), Outcome.UNKNOWN) from failure
        if not codes:
            raise ToolFailure(_unread(user_key), Outcome.UNKNOWN)
        return codes


PASSWORD_LOST = "If it was, nobody has the new password. Another reset_password gives a new one; it must be asked for."  # noqa: S105 - no password
CODES_LOST = "If it was, the old codes are void and nobody has the new ones. Another reset_2fa makes others."
INSTEAD = (
    "Nothing was changed. reset_2fa gives backup codes to sign in with once, after which the person registers a new "
    "second step. Or an administrator moves the account to a unit where it is not enforced."
)


def _enforced(user: User) -> str:
    return (
        f"2-Step Verification is enforced for {user.primary_email} by a setting of its organisational unit "
        f"({user.org_unit_path}) or of a group, and while it is, Google refuses to turn it off for anybody."
    )


def _stays_on(user: User) -> str:
    return _enforced(user) if user.enforced_2sv else "2-Step Verification stays on."


def _not_off(user: User) -> str:
    return (
        f"Google refused to turn 2-Step Verification of {user.primary_email} off. It does so when it is enforced for "
        f"the account, and when the account is in the Advanced Protection Program. {INSTEAD}"
    )


def _no_codes(user: User) -> str:
    return (
        f"Google refused to make backup codes for {user.primary_email}: it does so when the account has not set up "
        f"2-Step Verification. Nothing was changed."
    )


def _unread(user_key: str) -> str:
    return (
        f"Google made new backup codes for {user_key}, so the old ones are void, but the new ones could not be read "
        f"and nobody has them. Ask for another reset_2fa, which makes others."
    )


def _check_active(user: User) -> None:
    if user.suspended:
        text = f"{user.primary_email} is suspended, and Google changes no second step of a suspended account."
        raise ToolFailure(f"{text} Nothing was changed. Lift the suspension with unsuspend_user first.", Outcome.FAILED)
