"""The settings, with a look at everything that they name before anything is opened: what is wrong is told at once."""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from bot import policy_file
from bot.adapters import code_file
from bot.adapters.static_people import read_people
from bot.errors import BadInput
from bot.models.policy import Policy
from bot.policy_asks import Known
from bot.setting_sources import read_text
from bot.settings import Settings, refuse
from bot.untrusted import visible

SHIPPED_POLICY = Path(__file__).parents[1] / "policies" / "default.yml"


def usable(environ: Mapping[str, str], *files: Path) -> Settings:
    """The settings, once nothing is wrong with them. Raises BadInput that names all that is."""
    settings, wrong = Settings.examined(environ, *files)
    told = {one.where for one in wrong}
    refuse([*wrong, *(one for one in unusable(settings) if one.where not in told)])
    return settings


def unusable(settings: Settings) -> Iterator[BadInput]:
    """What is wrong with the files and credentials that the settings name. Nothing is sent."""
    yield from _wrong((read_policy, *PLACES), settings)


def misplaced(settings: Settings) -> Iterator[BadInput]:
    """The same without the policy."""
    yield from _wrong(PLACES, settings)


def _wrong(looks: Iterable[Callable[[Settings], object]], settings: Settings) -> Iterator[BadInput]:
    for look in looks:
        try:
            look(settings)
        except BadInput as wrong:
            yield wrong


def read_policy(settings: Settings) -> Policy:
    """The policy file, or the one that is shipped. Raises BadInput."""
    if not settings.policy_path:
        return policy_file.parse(SHIPPED_POLICY.read_text(encoding="utf-8"), SHIPPED_POLICY.name)
    file = Path(settings.policy_path)
    return policy_file.parse(_named("POLICY_PATH", file), file.name, _known(settings))


def read_shadow(settings: Settings) -> Policy | None:
    """The policy that is judged beside the one in force, if there is one. Raises BadInput."""
    if not settings.shadow_path:
        return None
    file = Path(settings.shadow_path)
    return policy_file.parse(_named("COUNTERSIGN_SHADOW_POLICY", file), file.name, _known(settings))


def _known(settings: Settings) -> Known:
    """What can be told of a policy before anybody is asked: the groups of a directory file, whether codes are there."""
    try:
        return known(Path(settings.directory_path) if settings.directory_path else None, settings.totp_path)
    except BadInput:  # what is wrong with that file is said of its own setting
        return Known(totp=settings.totp_path is not None)


def known(directory: Path | None, totp: Path | None) -> Known:
    """The same of these two files. Raises BadInput."""
    groups = frozenset(f"@{name.removeprefix('@')}" for name in read_people(directory).groups) if directory else None
    return Known(groups, totp is not None)


def _codes(settings: Settings) -> None:
    if settings.totp_path is not None:
        _named("COUNTERSIGN_TOTP_FILE", settings.totp_path)
        code_file.check(settings.totp_path)


def _directory(settings: Settings) -> None:
    if settings.directory_path:
        file = Path(settings.directory_path)
        _named("COUNTERSIGN_DIRECTORY", file)
        read_people(file)


def _servers(settings: Settings) -> None:
    """What the file says, read without the tools' SDK, which takes a second to load."""
    if settings.mcp_config:
        file = Path(settings.mcp_config)
        text = _named("COUNTERSIGN_MCP_CONFIG", file)
        _parser().read_file(file.name, text)


def _pairs(settings: Settings) -> None:
    if settings.mcp_servers:
        _parser().read_pairs(settings.mcp_servers)


def _parser() -> ModuleType:
    return importlib.import_module("bot.adapters.mcp_config")  # takes a fifth of a second, and most need none


def _named(setting: str, file: Path) -> str:
    """The text of the file that a setting names; what is wrong is said of the setting."""
    try:
        return read_text(file)
    except BadInput as wrong:
        raise BadInput(f"{wrong.what}: {visible(str(file))}", where=setting, mend=wrong.mend) from wrong


def _database(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite:///"):
        return  # Settings has said so
    file = settings.database_path
    if "\0" in str(file):
        raise BadInput("there is a zero byte in the path", where="DATABASE_URL", mend="write it anew")
    try:
        _writable(file, file.parent)
    except OSError as error:
        raise BadInput(f"this is no path ({error.strerror})", where="DATABASE_URL", mend="name another file") from error


def _writable(file: Path, folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(f"there is no folder {folder}", where="DATABASE_URL", mend="make it, or name another one")
    if not os.access(folder, os.W_OK | os.X_OK):
        mend = "let this user write there: SQLite keeps files beside the database"
        raise BadInput(f"this user may not write in the folder {folder.resolve()}", where="DATABASE_URL", mend=mend)
    if file.is_dir():
        raise BadInput(f"{file} is a folder, not a file", where="DATABASE_URL", mend="write sqlite:///FILE")


def _google(settings: Settings) -> None:
    """The credential as text alone. Google's libraries are an extra; without them its tools say so when they load."""
    given = settings.google_environ
    if given.keys() <= {"GOOGLE_API_URL"}:
        return
    from mcp_tools.google_admin.settings import GoogleSettings, SettingsError  # noqa: PLC0415 - only with a credential

    try:
        GoogleSettings.load(given)
    except SettingsError as wrong:
        mend = "docs/settings.md names what there is"
        raise BadInput(wrong.problem, where=wrong.name, mend=mend) from None


def _bot_token(settings: Settings) -> None:
    _sendable("SLACK_BOT_TOKEN", settings.slack_bot_token)


def _app_token(settings: Settings) -> None:
    _sendable("SLACK_APP_TOKEN", settings.slack_app_token)


def _claude_key(settings: Settings) -> None:
    _sendable("ANTHROPIC_API_KEY", settings.anthropic_key)


def _sendable(setting: str, value: str) -> None:
    """A header takes nothing else (RFC 9110, 5.5), and no token has it; two lines of a file are none, say."""
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        what = "there is a blank, a line break or a letter in it that no token has"
        raise BadInput(what, where=setting, mend="copy it once more")


def _slack_address(settings: Settings) -> None:
    _address("SLACK_API_URL", settings.slack_api_url)


def _model_address(settings: Settings) -> None:
    _address("MODEL_BASE_URL", settings.model_base_url)


def _address(setting: str, value: str) -> None:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an address in brackets without an end, a port that is none
        fine = False
    if value and not fine:
        raise BadInput("not an address", where=setting, mend="write it like https://example.com/path")


PLACES = (
    _bot_token,
    _app_token,
    _slack_address,
    _claude_key,
    _model_address,
    _directory,
    _servers,
    _pairs,
    _codes,
    _database,
    _google,
    read_shadow,
)
