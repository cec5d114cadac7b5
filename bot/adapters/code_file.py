"""The operator's file of secrets for one-time codes: user id -> base32, an otpauth:// URL, or file:PATH to either."""

import asyncio
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.confirming import generator
from bot.errors import BadInput, Unavailable
from bot.setting_sources import read_text

SETTING = "COUNTERSIGN_TOTP_FILE"
REFERENCE = "file:"
OTHERS = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True, slots=True)
class CodeFile:
    """The CodeSecrets port. The file is read for each code, so that who was enrolled just now can go on at once."""

    path: Path

    async def secret(self, user: str) -> str | None:
        """As the port says."""
        try:
            found = await asyncio.to_thread(read_secrets, self.path)
            return await asyncio.to_thread(resolved, found[user], self.path, user) if user in found else None
        except BadInput as wrong:
            raise Unavailable(f"the file of {SETTING} cannot be used") from wrong


def check(path: Path) -> None:
    """Reads every secret of the file. Raises BadInput, with the user but without the secret."""
    for user, secret in read_secrets(path).items():
        try:
            generator(resolved(secret, path, user))
        except BadInput as wrong:
            raise BadInput(wrong.what, where=wrong.where or f"{path}, {user}", mend=wrong.mend) from None


def read_secrets(path: Path) -> dict[str, str]:
    """Secrets and references by user id, from YAML or JSON. Raises BadInput."""
    text = read_text(path)
    try:
        tree, read = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text) or {}
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise BadInput("this is neither YAML nor JSON", where=where, mend="write USER: SECRET lines") from None
    except (ValueError, RecursionError):
        raise BadInput("here should be USER: SECRET lines", where=str(path), mend="put secrets in quotes") from None
    if not isinstance(read, dict):
        raise BadInput("here should be USER: SECRET lines", where=str(path))
    _each_once(tree, path)
    for user, secret in read.items():
        if not isinstance(user, str) or not isinstance(secret, str) or not secret:
            raise BadInput("here should be a text", where=f"{path}, {user}", mend="write the secret in quotes")
    return read


def _each_once(tree: yaml.Node | None, path: Path) -> None:
    """Of two secrets for one user YAML would take the last, and say nothing. Raises BadInput."""
    seen: set[str] = set()
    for key, _ in tree.value if isinstance(tree, yaml.MappingNode) else ():
        if key.value in seen:
            where = f"{path}, line {key.start_mark.line + 1}"
            raise BadInput(f"{key.value} stands there twice", where=where, mend="leave one of the two")
        seen.add(key.value)


def resolved(secret: str, path: Path, user: str) -> str:
    """The secret, or what stands in the file that it refers to; a relative one is beside the file. Raises BadInput."""
    if not secret.startswith(REFERENCE):
        return secret
    try:
        return read_text(path.parent / secret.removeprefix(REFERENCE)).strip()
    except BadInput as wrong:
        raise BadInput(wrong.what, where=f"{path}, {user}", mend=wrong.mend) from None


def enrol(path: Path, user: str, secret: str, *, again: bool) -> bool:
    """Adds the secret: others see the file as it was before, or whole, and the rest of it, comments too, stays. It is
    private to its owner from then on; returns whether others could read it until now.

    Where the path is a link, what it leads to is written. Raises BadInput when the user has a secret already, unless it
    is to be replaced (`again`).
    """
    path = path.resolve()
    with _locked(path.parent):
        before = read_text(path) if path.exists() else ""
        found = read_secrets(path) if before else {}
        was_open = path.exists() and bool(path.stat().st_mode & OTHERS)
        if user in found and not again:
            mend = "--again replaces it; codes of the old one are then wrong"
            raise BadInput(f"{user} has a secret already", where=str(path), mend=mend)
        _write(path, _with(before, {**found, user: secret}, user, is_json=path.suffix == ".json"))
        return was_open


def _with(before: str, secrets: dict[str, str], user: str, *, is_json: bool) -> str:
    """The text with the secret of this user. What cannot be kept as it is is written anew."""
    if is_json:
        return json.dumps(secrets, indent=2)
    kept = _in_its_place(before, user, secrets[user])
    try:
        return kept if yaml.safe_load(kept) == secrets else yaml.safe_dump(secrets, sort_keys=False)
    except yaml.YAMLError:
        return yaml.safe_dump(secrets, sort_keys=False)


def _in_its_place(before: str, user: str, secret: str) -> str:
    tree = yaml.compose(before, Loader=yaml.SafeLoader)
    for key, value in tree.value if isinstance(tree, yaml.MappingNode) else ():
        if key.value == user:
            start, end = value.start_mark.index, value.end_mark.index
            return f"{before[:start]}{json.dumps(secret)}{before[end:]}"
    return f"{before.rstrip()}\n{yaml.safe_dump({user: secret}, width=10_000)}".lstrip()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(0o600, exist_ok=False)
    with beside.open("w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time, so that nobody's enrolment is lost. Raises BadInput when there is no such folder."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError as wrong:
        raise BadInput(f"the folder cannot be used ({wrong.strerror})", where=str(folder), mend="make it") from wrong
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
        os.fsync(held)
    finally:
        os.close(held)
