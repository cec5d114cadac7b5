"""Where settings are written down: an environment, `.env`, `countersign.yml`, and the files that secrets refer to."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from bot.errors import BadInput
from bot.untrusted import visible

NULL = "tag:yaml.org,2002:null"
SCALARS = frozenset({NULL, *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp"))})
COMMENT = re.compile(r"\s#")
"""Where a comment begins in `.env` after a value without quotes, as other tools write it."""


def from_files(files: tuple[Path, ...]) -> dict[str, str]:
    """NAME: value pairs of the files that exist, later files winning. Raises BadInput."""
    given: dict[str, str] = {}
    for file in files:
        if file.exists():
            text = read_text(file)
            given |= _yaml(file, text) if file.suffix in {".yml", ".yaml"} else _dotenv(file, text)
    return given


def read_text(file: Path) -> str:
    """The text of a file that an operator named, without a byte order mark. Raises BadInput, in plain words."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("there is no such file", where=str(file), mend="check the path") from error
    except IsADirectoryError as error:
        raise BadInput("this is a folder, not a file", where=str(file), mend="name the file in it") from error
    except PermissionError as error:
        raise BadInput("this user may not read the file", where=str(file), mend="allow it with chmod") from error
    except UnicodeDecodeError as error:
        raise BadInput("the file is not text in UTF-8", where=str(file), mend="save it as UTF-8") from error
    except ValueError as error:
        where = visible(str(file))
        raise BadInput(
            "no file can have this name: there is a zero byte in it", where=where, mend="write the path anew"
        ) from error
    except OSError as error:
        raise BadInput(f"the file cannot be read ({error.strerror})", where=str(file), mend="check it") from error


def _yaml(file: Path, text: str) -> dict[str, str]:
    """Values as they are written: `off` is no false here, and 0777 no 511."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput("this is not YAML", where=str(file), mend="write NAME: value lines") from error
    if tree is not None and not isinstance(tree, yaml.MappingNode):
        raise BadInput("here should be NAME: value lines", where=str(file))
    given: dict[str, str] = {}
    for key, value in tree.value if tree else ():
        name = _scalar(file, key)
        if name in given:
            where = f"{file.name}, line {key.start_mark.line + 1}"
            raise BadInput(f"{visible(name)} stands there twice", where=where, mend="write it once")
        given[name] = _scalar(file, value, name)
    return {name: value for name, value in given.items() if value}


def _scalar(file: Path, node: yaml.Node, name: str = "") -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag not in SCALARS:
        where = f"{file.name}, {visible(name) or f'line {node.start_mark.line + 1}'}"
        raise BadInput("here should be one value", where=where, mend="write it as one text")
    return "" if node.tag == NULL else str(node.value)


def _dotenv(file: Path, content: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise BadInput("this line is not NAME=value", where=f"{file.name}, line {number}")
        given[name.strip()] = _plain(value)
    return {name: value for name, value in given.items() if value}


def _plain(written: str) -> str:
    """A value without its quotes, and without the comment that may stand after a blank."""
    value = written.strip()
    quote = value[:1]
    if quote and quote in "\"'":
        inner, end, rest = value[1:].partition(quote)
        if end and (not rest or COMMENT.match(rest)):
            return inner
        if len(value) > 1 and value.endswith(quote):
            return value[1:-1]
    return COMMENT.split(written, maxsplit=1)[0].strip()


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
        return Path(rest).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        not_text = "it is not text" if isinstance(error, UnicodeDecodeError) else "there is a zero byte in its name"
        why = error.strerror if isinstance(error, OSError) else not_text
        raise BadInput(f"the file cannot be read ({why})", where=name, mend="check the path") from error
