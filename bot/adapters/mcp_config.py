"""Configured tool servers: the `mcpServers` file that MCP clients share, and `MCP_SERVERS` ("alias=path;...")."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.adapters.mcp_servers import ALIAS, ALIAS_MEND
from bot.errors import BadInput
from bot.models.requirement import Effect
from bot.secret_shapes import NAME
from bot.untrusted import REDACTED, redact, visible

LARGEST = 1_000_000
"""Characters of a configuration."""
REFERENCE = "file:"
HARMLESS = frozenset({"PATH", "HOME", "LANG", "TZ"})
"""What may stand in the store as it is; any other value of an environment or a header may be a secret."""
RUNNERS = {".py": "python", ".js": "node"}
_OPTION = re.compile(r"-+([A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_GLOB = re.compile(r"[*?\[\]]")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2: a token."""
_SECRET = ("env", "headers")
_NAMES = {"type": "stdio, http or streamable-http", "effects": "read, write or outbound"}
_Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=500)]


class Words(BaseModel):
    """How cards name calls of a tool; see CardWords."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    verb: _Text
    target: _Text = ""
    system: _Text = ""
    undo: _Text = ""


class Entry(BaseModel):
    """One server. The first keys are those of other MCP clients, the others are ours: the operator's own word."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
    type: Literal["stdio", "http", "streamable-http"] | None = None
    command: str = ""
    args: tuple[str, ...] = ()
    path: str = ""
    env: Mapping[str, str] = Field(default_factory=dict, repr=False)
    cwd: str = ""
    url: str = ""
    headers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    enabled: bool = True
    disabled_tools: tuple[str, ...] = ()
    effects: Mapping[str, Effect] = Field(default_factory=dict)
    trust_annotations: bool = False
    trusted: bool = False
    timeout: _Seconds = 60.0
    write_timeout: _Seconds = 60.0
    category: _Text = ""
    words: Mapping[str, Words] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configured:
    """The servers by alias, and the name of where they are written."""

    source: str
    entries: Mapping[str, Entry]


def read_file(path: str, text: str) -> Configured:
    """The servers of a file. Raises BadInput that names everything that is wrong, each with its key."""
    return Configured(path, _entries(path, _json(path, text)))


def read_pairs(text: str, source: str = "MCP_SERVERS") -> Configured:
    """The servers of "alias=path;alias=path". Raises BadInput."""
    found: dict[str, Any] = {}
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        alias, sign, path = (part.strip() for part in pair.partition("="))
        if not (alias and sign and path):
            raise BadInput(
                f"{redact(pair)[:80]!r} is not alias=path", where=source, mend='write "alias=path;alias=path"'
            )
        if alias in found:
            raise BadInput(f"the alias {alias} stands there twice", where=source, mend="give each server its own")
        found[alias] = {"path": path}
    return Configured(source, _entries(source, found))


def to_publish(name: str, text: str) -> str:
    """The configuration as it is stored: no secret may be in it, and no path depends on where somebody stands.

    Raises BadInput.
    """
    read = read_file(name, text)
    _refuse(read.source, list(_secrets(read)))
    entries = {alias: from_the_root(entry) for alias, entry in read.entries.items()}
    kept = {alias: entry.model_dump(mode="json", exclude_defaults=True) for alias, entry in entries.items()}
    return json.dumps({"mcpServers": kept}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_the_root(entry: Entry) -> Entry:
    """With absolute paths. A command without a slash is looked for in PATH, and one with a `cwd` from there."""
    paths = {key: _absolute(path) for key in ("path", "cwd") if (path := getattr(entry, key))}
    if "/" in entry.command and not entry.cwd:
        paths["command"] = _absolute(entry.command)
    values = {key: {name: _reference(value) for name, value in getattr(entry, key).items()} for key in _SECRET}
    return entry.model_copy(update={**paths, **values})


def _reference(value: str) -> str:
    path = value.removeprefix(REFERENCE)
    return value if path == value else f"{REFERENCE}{_absolute(path)}"


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def without_secrets(args: Sequence[str]) -> tuple[str, ...]:
    """The words of a command, without the values of options whose name says that they are secret."""
    shown, is_next = list[str](), False
    for arg in args:
        option = _OPTION.fullmatch(arg)
        is_secret = option is not None and NAME.fullmatch(option[1]) is not None
        if option is not None and is_secret and option[2]:
            shown.append(f"{arg.partition('=')[0]}={REDACTED}")
        else:
            shown.append(REDACTED if is_next and option is None else arg)
        is_next = is_secret and option is not None and option[2] is None
    return tuple(shown)


def _json(path: str, text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise BadInput(f"the file has {len(text):,} characters", where=path, mend=f"at most {LARGEST:,}")
    try:
        read = json.loads(text, object_pairs_hook=lambda pairs: _unique(path, pairs))
    except (ValueError, RecursionError) as error:
        raise BadInput("this is not JSON", where=path, mend=str(error)) from error
    servers = read.get("mcpServers") if isinstance(read, dict) and len(read) == 1 else None
    if isinstance(read, dict) and isinstance(read.get("servers"), list) and len(read) == 1:
        servers = _by_alias(path, read["servers"])
    if not isinstance(servers, dict):
        raise BadInput("there is no mcpServers", where=path, mend='write {"mcpServers": {"alias": {...}}}')
    return servers


def _by_alias(path: str, listed: list[Any]) -> dict[str, Any]:
    """The other shape: {"servers": [{"alias": ...}]}."""
    found: dict[str, Any] = {}
    for number, one in enumerate(listed):
        alias = one.get("alias") if isinstance(one, dict) else None
        if not isinstance(alias, str) or alias in found:
            raise BadInput("each server needs an alias of its own", where=f"{path}, servers {number}")
        found[alias] = {key: value for key, value in one.items() if key != "alias"}
    return found


def _unique(path: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"{visible(redact(twice))!r} stands there twice", where=path, mend="write it once")
    return found


def _entries(source: str, given: Mapping[str, Any]) -> dict[str, Entry]:
    wrong, found = list[BadInput](), dict[str, Entry]()
    for alias, entry in given.items():
        where = f"{source}, {visible(alias)[:80]}"
        if not ALIAS.fullmatch(alias):
            wrong.append(BadInput("this is no alias of a server", where=where, mend=ALIAS_MEND))
            continue
        try:
            found[alias] = read = Entry.model_validate_json(json.dumps(entry))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            wrong += [_told(where, detail) for detail in details]
            continue
        wrong += [BadInput(what, where=f"{where}, {key}", mend=mend) for key, what, mend in _flaws(read)]
    _refuse(source, wrong)
    return found


def _told(where: str, detail: ErrorDetails) -> BadInput:
    keys = [visible(redact(str(key)))[:80] for key in detail["loc"]]
    mend = _NAMES.get(keys[0], "") if keys else ""
    if detail["type"] == "extra_forbidden":
        known = Words.model_fields if "words" in keys else Entry.model_fields
        return BadInput("there is no such key", where=", ".join([where, *keys]), mend=f"there are {', '.join(known)}")
    return BadInput(detail["msg"][:1].lower() + detail["msg"][1:], where=", ".join([where, *keys]), mend=mend)


def _flaws(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Which key, what is wrong with it, how to mend it."""
    ways = [key for key in ("command", "path", "url") if getattr(entry, key)]
    if len(ways) != 1:
        yield (
            "command",
            f"there is {' and '.join(ways) or 'none of command, path and url'}",
            "write exactly one of them",
        )
    if entry.type and bool(entry.url) is (entry.type == "stdio"):
        yield "type", f"{entry.type} does not fit", "stdio has a command, http a url"
    yield from _flaws_of_child(entry) if not entry.url else _flaws_of_url(entry)
    for name in entry.effects:
        if _GLOB.search(name):
            yield f"effects, {name}", "patterns are not taken here: a tool that is new could match", "name each tool"
    for key, given in [*entry.env.items(), *entry.headers.items()]:
        if "${" in given or (given.startswith(REFERENCE) and not given.removeprefix(REFERENCE)):
            yield key, "this is no reference that is known", "write file:PATH, or the value"


def _flaws_of_child(entry: Entry) -> Iterator[tuple[str, str, str]]:
    if entry.headers:
        yield "headers", "a command has none", "headers belong to a url"
    if entry.path and Path(entry.path).suffix not in RUNNERS and entry.args:
        yield "args", "with a path that is run as it is, use command", 'write "command" and "args"'
    for name in entry.env:
        if not name or "=" in name or "\0" in name + entry.env[name]:
            yield f"env, {name}", "this cannot stand in an environment", ""
    if "\0" in "".join((entry.command, entry.path, entry.cwd, *entry.args)):
        yield "args", "a zero byte cannot be passed on", ""


def _flaws_of_url(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for key in ("args", "env", "cwd"):
        if getattr(entry, key):
            yield key, "a url has none", "it belongs to a command"
    for name, value in entry.headers.items():
        if not _HEADER.fullmatch(name) or not value.isprintable():
            yield f"headers, {name}", "this is no header", "names are letters, digits and -; values have one line"
    try:
        url = httpx2.URL(entry.url)
    except (httpx2.InvalidURL, ValueError):
        yield "url", "this is no address", "write https://host/path"
        return
    if url.scheme not in {"http", "https"} or not url.host:
        yield "url", "this is no http address", "write https://host/path"
    if url.userinfo:
        yield "url", "a password in an address is seen by too many", "write an Authorization header with file:PATH"


def _secrets(read: Configured) -> Iterator[BadInput]:
    for alias, entry in read.entries.items():
        for key in _SECRET:
            for name, value in getattr(entry, key).items():
                if name not in HARMLESS and not value.startswith(REFERENCE):
                    where = f"{read.source}, {alias}, {key}, {name}"
                    yield BadInput("a value that may be secret is not stored", where=where, mend="write file:PATH")
        open_text = (*entry.args, entry.command, entry.url, entry.path)
        is_named = without_secrets(entry.args) != entry.args
        if is_named or any(redact(text) != text for text in (*open_text, " ".join(open_text))):
            where = f"{read.source}, {alias}"
            yield BadInput("this looks like a secret, and is not stored", where=where, mend="use env with file:PATH")


def _refuse(source: str, wrong: list[BadInput]) -> None:
    if len(wrong) > 1:
        raise BadInput("\n  ".join([f"{source}: {len(wrong)} things are wrong:", *map(str, wrong)]))
    for one in wrong:
        raise one
