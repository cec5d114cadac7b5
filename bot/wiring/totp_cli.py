"""The composition root of `countersign totp`."""

from pathlib import Path

import pyotp

from bot.adapters import code_file
from bot.confirming import STEP

ISSUER = "Countersign"


def enrol(path: Path, user: str, *, again: bool) -> tuple[str, bool]:
    """A new secret for this user, in the file; returns the otpauth:// URL for their authenticator, and whether others
    could read the file until now. Raises BadInput.
    """
    url = pyotp.TOTP(pyotp.random_base32(), interval=STEP).provisioning_uri(name=user, issuer_name=ISSUER)
    return url, code_file.enrol(path, user, url, again=again)
