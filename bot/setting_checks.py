"""What is wrong with a value that may stand in several settings, or needs a pattern of its own."""

import re

from bot.setting_models import Check

SECONDS = re.compile(r"[1-9][0-9]{0,2}")
HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*")
ADMIN = re.compile(r"[UW][A-Z0-9]+|[^@\s]+@[^@\s]+\.[^@\s]+")


def hosts(value: str) -> Check:
    """Hosts of images, one by one."""
    named = [one.strip() for one in value.split(",") if one.strip()]
    fine = all(HOST.fullmatch(one) for one in named)
    return fine, "COUNTERSIGN_IMAGE_HOSTS", "not a list of hosts", "write media.example.com or *.example.com"


def admins(value: str) -> Check:
    """People who can be named: an id, or a mail address that others can write to."""
    fine = all(ADMIN.fullmatch(one.strip()) for one in value.split(",") if one.strip())
    mend = "write user ids such as U0123ABCD (in Slack: profile, Copy member ID), separated by commas"
    return fine, "COUNTERSIGN_ADMINS", "not a list of user ids or mail addresses", mend


def seconds(value: str, name: str) -> Check:
    """From 1 to 999."""
    return bool(SECONDS.fullmatch(value)), name, "not a number of seconds", "write one from 1 to 999"


def token(value: str, name: str, prefix: str, page: str) -> Check:
    """A token of Slack, which says of what kind it is."""
    what = f"this does not begin with {prefix}" if value else "the token is missing"
    what = "this is only the beginning of a token" if value == prefix else what
    return value.startswith(prefix) and value != prefix, name, what, f"copy it from the app's page {page}"
