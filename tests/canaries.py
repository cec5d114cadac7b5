"""Fifty synthetic secrets of fifteen kinds, put together at run time, so that no scanner takes a file for a leak."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random  # noqa: TID251 - only ever with a seed
from types import MappingProxyType
from typing import NamedTuple

COUNT = 50
UPPER, WORD = string.ascii_uppercase + string.digits, string.ascii_letters + string.digits
NEITHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Canary:
    """`text` as it would stand somewhere, and the parts of it that nobody may read again."""

    kind: str
    text: str
    needles: tuple[str, ...]

    def leaked(self, sink: str) -> bool:
        """Whether the sink holds a needle, whatever its letters' case and whatever stands between them."""
        seen = plain(sink)
        return any(plain(needle) in seen for needle in self.needles)

    def excerpt(self, sink: str) -> str:
        """What stands around it, for whoever reads a failure."""
        places = [sink.find(needle[:6]) for needle in self.needles]
        at = max([0, *places])
        return f"{self.kind}: …{sink[max(0, at - 150) : at + 150]}…"


class Made(NamedTuple):
    """A text and its needles; none: the whole text."""

    text: str
    needles: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Letters and digits only."""
    return NEITHER.sub("", text.casefold())


def _of(rng: Random, size: int, letters: str = WORD) -> str:
    """With a digit, a capital and a small letter, as nearly all real ones have."""
    sure = "7Kq" if letters == WORD else "7K"
    return sure + "".join(rng.choices(letters, k=size - len(sure)))


def _aws_id(rng: Random) -> Made:
    key = rng.choice(["AKIA", "ASIA"]) + _of(rng, 16, UPPER)
    return Made(key, (key,))


def _aws_secret(rng: Random) -> Made:
    secret = _of(rng, 40, WORD + "/+")
    name = rng.choice(["aws_secret_access_key = ", "SecretAccessKey: ", '"secretAccessKey":"', "AWS_SECRET_KEY="])
    beside = f"{_aws_id(rng).text} / {secret}"
    return Made(rng.choice([f"{name}{secret}", beside]), (secret,))


def _slack(rng: Random) -> Made:
    token = rng.choice(["xoxb", "xoxp", "xoxe", "xoxa"]) + f"-{rng.randrange(10**11, 10**12)}-{_of(rng, 24)}"
    return Made(rng.choice([token, "xapp" + f"-1-A{_of(rng, 9, UPPER)}-{_of(rng, 32)}"]))


def _github(rng: Random) -> Made:
    return Made(rng.choice(["ghp", "gho", "ghs"]) + "_" + _of(rng, 36))


def _google_key(rng: Random) -> Made:
    return Made("AIza" + _of(rng, 35, WORD + "_-"))


def _google_token(rng: Random) -> Made:
    return Made(rng.choice(["ya29" + ".a0", "GOCSPX" + "-"]) + _of(rng, 40))


def _private_key(rng: Random) -> Made:
    lines = [_of(rng, 64, WORD + "+/") for _ in range(3)]
    words = rng.choice(["", "RSA ", "EC ", "OPENSSH "]) + "PRIVATE KEY"
    text = "\n".join([f"-----BEGIN {words}-----", *lines, f"-----END {words}-----"])
    return Made(rng.choice([text, text.replace("\n", "\\n")]), tuple(lines))


def _jwt(rng: Random) -> Made:
    return Made(".".join(["eyJ" + _of(rng, 20), "eyJ" + _of(rng, 40), _of(rng, 43)]))


def _payments(rng: Random) -> Made:
    return Made(rng.choice(["sk", "rk"]) + rng.choice(["_live_", "_test_"]) + _of(rng, 24))


def _model_key(rng: Random) -> Made:
    return Made("sk-" + rng.choice(["ant-api03-", "proj-", ""]) + _of(rng, 40))


def _bearer(rng: Random) -> Made:
    token = _of(rng, 32, WORD + "._-")
    return Made(f"{rng.choice(['Authorization: Bearer', 'bearer', 'authorization: Basic'])} {token}", (token,))


def _address(rng: Random) -> Made:
    word = _of(rng, 12)
    return Made(f"https://{rng.choice(['deploy', ''])}:{word}@git.example.com/x.git", (word,))


def _database(rng: Random) -> Made:
    word = _of(rng, 14)
    return Made(f"{rng.choice(['postgresql', 'mysql', 'redis'])}://app:{word}@db.example.com:5432/x", (word,))


def _password(rng: Random) -> Made:
    word = _of(rng, 11)
    said = ["password: {}", 'DB_PASSWORD="{}"', "passwd={}", '{{"new_password":"{}"}}', "The new password is {} now"]
    return Made(rng.choice(said).format(word), (word,))


def _backup_codes(rng: Random) -> Made:
    codes = [f"{rng.randrange(1000, 10000)} {rng.randrange(1000, 10000)}" for _ in range(3)]
    between = rng.choice([", ", "\n", "  "])
    return Made(f"{rng.choice(['Backup codes', 'recovery codes'])}:\n{between.join(codes)}", tuple(codes))


KINDS: Mapping[str, Callable[[Random], Made]] = MappingProxyType(
    {
        "AWS key id": _aws_id,
        "AWS secret key": _aws_secret,
        "Slack token": _slack,
        "GitHub token": _github,
        "Google API key": _google_key,
        "Google token": _google_token,
        "private key": _private_key,
        "JWT": _jwt,
        "payment key": _payments,
        "model provider key": _model_key,
        "authorization header": _bearer,
        "address with a password": _address,
        "database address": _database,
        "password": _password,
        "backup codes": _backup_codes,
    }
)


def canaries(seed: int = 1) -> tuple[Canary, ...]:
    """COUNT of them, every kind in turn."""
    names = list(KINDS)
    return tuple(_named(names[number % len(names)], Random(f"{seed} {number}")) for number in range(COUNT))


def _named(kind: str, rng: Random) -> Canary:
    made = KINDS[kind](rng)
    return Canary(kind, made.text, made.needles or (made.text,))
