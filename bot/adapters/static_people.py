"""The file behind the static directory: read once, refused with file and line where it is wrong."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.errors import BadInput

Nodes: TypeAlias = dict[str, yaml.Node]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the file. Without a `team` they belong to whichever workspace asks."""

    user: str
    team: str = ""
    email: str = ""
    name: str = ""
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class People:
    """What the file says: people by user id, members of groups as user ids."""

    people: dict[str, Entry]
    groups: dict[str, tuple[str, ...]]


def read_people(path: Path) -> People:
    """Reads `people: [{user, team, email, name, …}]` and `groups: {name: [user or email]}` from YAML or JSON.

    Raises BadInput with file and line.
    """
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as unreadable:
        raise BadInput("cannot be read", where=str(path), mend=str(unreadable.strerror)) from unreadable
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise BadInput("is neither YAML nor JSON", where=place(path, wrong)) from wrong
    except RecursionError as deep:
        raise BadInput("is nested too deeply", where=str(path)) from deep
    return Reader(path).people(tree)


def place(path: Path, wrong: Exception) -> str:
    mark = getattr(wrong, "problem_mark", None)
    return f"{path}:{mark.line + 1}" if mark else str(path)


class Reader:
    """Turns the nodes of the file into values, and knows in which line each stands."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def people(self, tree: yaml.Node | None) -> People:
        """The whole file."""
        parts = self._mapping(tree, ("people", "groups"))
        known: dict[str, Entry] = {}
        for node in self._items(parts.get("people")):
            entry = self._entry(node)
            if entry.user in known:
                raise self._bad(node, f"{entry.user} is there twice")
            known[entry.user] = entry
        ids = ids_by_name(known)
        groups = self._mapping(parts["groups"]) if "groups" in parts else {}
        return People(known, {name.removeprefix("@"): self._users(node, ids) for name, node in groups.items()})

    def _entry(self, node: yaml.Node) -> Entry:
        parts = self._mapping(node, tuple(field.name for field in fields(Entry)))
        values: dict[str, Any] = {
            name: self._flag(part) if name.startswith("is_") else self._text(part) for name, part in parts.items()
        }
        if not values.get("user"):
            raise self._bad(node, "a person needs a user")
        return Entry(**values | {"email": values.get("email", "").lower()})

    def _users(self, node: yaml.Node, ids: dict[str, list[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(user for item in self._items(node) for user in self._ids(item, ids)))

    def _ids(self, node: yaml.Node, ids: dict[str, list[str]]) -> list[str]:
        name = self._text(node)
        found = ids.get(name) or ids.get(name.lower())
        if found is None:
            raise self._bad(node, f"nobody of `people` is {name}")
        return found

    def _mapping(self, node: yaml.Node | None, allowed: tuple[str, ...] = ()) -> Nodes:
        if not isinstance(node, yaml.MappingNode):
            raise self._bad(node, "must be a mapping")
        found: Nodes = {}
        for key, value in node.value:
            name = self._text(key)
            if name in found:
                raise self._bad(key, f"{name} is there twice")
            if allowed and name not in allowed:
                raise self._bad(key, f"unknown: {name}", f"known are {', '.join(allowed)}")
            found[name] = value
        return found

    def _items(self, node: yaml.Node | None) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._bad(node, "must be a list")
        return list(node.value)

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
            raise self._bad(node, "must be a text", "put it in quotes")
        return str(node.value)

    def _flag(self, node: yaml.Node) -> bool:
        if node.tag != "tag:yaml.org,2002:bool":
            raise self._bad(node, "must be true or false")
        return str(node.value).lower() in ("true", "yes", "on")

    def _bad(self, node: yaml.Node | None, what: str, mend: str = "") -> BadInput:
        line = node.start_mark.line + 1 if node is not None and node.start_mark else 1
        return BadInput(what, where=f"{self._path}:{line}", mend=mend)


def ids_by_name(known: dict[str, Entry]) -> dict[str, list[str]]:
    """Which user ids a group's entry stands for: an id for itself, an address for everyone who has it."""
    found = {user: [user] for user in known}
    for entry in known.values():
        if entry.email:
            found.setdefault(entry.email, []).append(entry.user)
    return found
