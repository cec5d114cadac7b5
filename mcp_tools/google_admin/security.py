"""Signing in: sessions, 2-Step Verification and its backup codes, by the Directory API."""

from collections.abc import Mapping
from typing import Any

from mcp_tools.google_admin.exchange import ask, nothing


class SecurityClient:
    """Blocking, and safe to call from several threads. Every method raises NotSent, Refused or NoAnswer."""

    def __init__(self, users: Any, codes: Any, two_step: Any) -> None:
        self._users = users
        self._codes = codes
        self._two_step = two_step

    def sign_out(self, user_key: str) -> None:
        """Ends every web and device session."""
        ask(self._users.signOut(userKey=user_key), nothing)

    def make_codes(self, user_key: str) -> None:
        """Makes ten new backup codes; the old ones are worth nothing from then on."""
        ask(self._codes.generate(userKey=user_key), nothing)

    def codes(self, user_key: str) -> tuple[str, ...]:
        """The backup codes that are good now: secrets."""
        return ask(self._codes.list(userKey=user_key), _codes)

    def turn_off(self, user_key: str) -> None:
        """Turns 2-Step Verification off and forgets every second step. Refused where it is enforced."""
        ask(self._two_step.turnOff(userKey=user_key), nothing)


def _codes(resource: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(item["verificationCode"]) for item in resource.get("items", ()))
