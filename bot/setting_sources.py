"""Where settings are written down: an environment, `.env`, `countersign.yml`, and the files that secrets refer to."""

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from bot.errors import BadInput


def from_files(files: tuple[Path, ...]) -> dict[str, str]:
    """NAME: value pairs of the files that exist, later files winning. Raises BadInput."""
    given: dict[str, str] = {}
    for file in files:
        if file.exists():
            given |= _yaml(file) if file.suffix in {".yml", ".yaml"} else _dotenv(file)
    return given


def _yaml(file: Path) -> dict[str, str]:
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise BadInput("this is not YAML", where=str(file), mend="write NAME: value lines") from error
    if not isinstance(read, dict):
        raise BadInput("here should be NAME: value lines", where=str(file))
    for key, value in read.items():
        if isinstance(value, dict | list):
            raise BadInput("here should be one value", where=f"{file.name}, {key}", mend="write it as one text")
    return {str(key): str(value) for key, value in read.items() if value not in {None, ""}}


def _dotenv(file: Path) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise BadInput("this line is not NAME=value", where=f"{file.name}, line {number}")
        given[name.strip()] = _unquoted(value.strip())
    return {name: value for name, value in given.items() if value}


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def all_resolved(given: Mapping[str, str], is_secret: Callable[[str], bool]) -> tuple[dict[str, str], list[BadInput]]:
    """The values with references replaced, and what is wrong with the references."""
    found, wrong = dict[str, str](), list[BadInput]()
    for name, value in given.items():
        try:
            found[name] = _resolved(name, value, secret=is_secret(name))
        except BadInput as error:
            wrong.append(error)
    return found, wrong


def _resolved(name: str, value: str, *, secret: bool) -> str:
    scheme, separator, rest = value.partition(":")
    if not secret or not separator or scheme not in {"file", "ssm", "secretsmanager"}:
        return value
    if scheme != "file":
        raise BadInput(f"{scheme}: references are not supported yet", where=name, mend="write file:PATH or the value")
    try:
        return Path(rest).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadInput(f"the file cannot be read ({why})", where=name, mend="check the path") from error
