"""The search language of users.list, the part that is used (Google docs: "Search for users")."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sandbox.google.directory import DirectoryUser
from sandbox.google.errors import invalid

CLAUSE = re.compile(r"(?:(?P<field>\w+)(?P<op>[:=]))?(?:'(?P<quoted>(?:\\.|[^'\\])*)'|(?P<bare>[^\s']+))(?:\s+|$)")
FLAGS: Mapping[str, Callable[[DirectoryUser], bool]] = MappingProxyType(
    {
        "isSuspended": lambda user: user.suspended,
        "isArchived": lambda user: user.archived,
        "isAdmin": lambda user: user.is_admin,
        "isDelegatedAdmin": lambda user: user.is_delegated_admin,
    }
)
TEXTS: Mapping[str, Callable[[DirectoryUser], tuple[str, ...]]] = MappingProxyType(
    {
        "": lambda user: (user.given_name, user.family_name, *user.addresses),
        "name": lambda user: (user.full_name,),
        "email": lambda user: user.addresses,
        "givenName": lambda user: (user.given_name,),
        "familyName": lambda user: (user.family_name,),
        "orgUnitPath": lambda user: (user.org_unit_path,),
    }
)
PREFIXABLE = frozenset({"email", "givenName", "familyName"})


@dataclass(frozen=True, slots=True)
class Clause:
    """`field` is empty for a word on its own; `prefix` stands for `:{PREFIX}*`."""

    field: str
    op: str
    value: str
    prefix: bool = False

    def matches(self, user: DirectoryUser) -> bool:
        if self.field in FLAGS:
            return FLAGS[self.field](user) == (self.value == "true")
        wanted = self.value.lower()
        texts = [text.lower() for text in TEXTS[self.field](user)]
        if self.op == "=":
            return wanted in texts
        return any(text.startswith(wanted) if self.prefix else wanted in text for text in texts)


def parse(query: str) -> list[Clause]:
    """The clauses, all of which must match. Raises GoogleError 400 for anything else."""
    clauses, at, text = [], 0, query.strip()
    while at < len(text):
        found = CLAUSE.match(text, at)
        if found is None:
            raise invalid("Invalid Input: query")
        clauses.append(_clause(found))
        at = found.end()
    return clauses


def _clause(found: re.Match[str]) -> Clause:
    field, op, bare = found["field"] or "", found["op"] or ":", found["bare"]
    value = bare if bare is not None else re.sub(r"\\(.)", r"\1", found["quoted"])
    if field in FLAGS:
        known = op == "=" and value in ("true", "false")
    else:
        known = field in TEXTS and (op == "=" or field != "orgUnitPath")
    if not known:
        raise invalid("Invalid Input: query")
    if op == ":" and field in PREFIXABLE and value.endswith("*"):
        return Clause(field, op, value[:-1], prefix=True)
    return Clause(field, op, value)
