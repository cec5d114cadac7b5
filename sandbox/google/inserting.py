"""The body of users.insert."""

from typing import Any

from sandbox.google.changes import read_changes
from sandbox.google.directory import DOMAIN, DirectoryUser
from sandbox.google.errors import invalid, missing, required


def read_user(body: Any, n: int) -> DirectoryUser:
    """The account that a body asks for, the `n`-th of all. Raises GoogleError 400 or 404."""
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Expected an object.", "parseError")
    given = dict(body)
    email = given.pop("primaryEmail", None)
    for name, there in (("primaryEmail", email), ("password", body.get("password")), ("name", body.get("name"))):
        if not there:
            raise required(name)
    changes = read_changes(given, {})
    if not isinstance(email, str) or email.count("@") != 1 or email.startswith("@"):
        raise invalid("Invalid Input: primary_user_email")
    if email.rpartition("@")[2].lower() != DOMAIN:
        raise missing("Domain not found.")
    if not (changes.get("given_name") and changes.get("family_name")):
        raise invalid(
            "Invalid Given/Family Name: FamilyName" if changes.get("given_name") else "Invalid Given/Family Name"
        )
    identity = str(110_000_000_000_000_000_000 + 7919 * n)
    return DirectoryUser(identity, email, **changes, last_login_time="1970-01-01T00:00:00.000Z")
