"""The tool servers that come with us, each made from its own settings."""

from collections.abc import Mapping
from dataclasses import astuple

from bot.adapters.mcp_servers import CardWords, ServerSpec
from bot.errors import BadInput
from bot.models.requirement import Effect


def google_admin(environ: Mapping[str, str]) -> ServerSpec | None:
    """The Google Workspace server as `google`, or None when `environ` holds no credential for it.

    Nothing is sent yet. Google's libraries are loaded only when there is a credential.

    Raises:
        BadInput: the settings are unusable, or the libraries of the extra `google` are not installed.
    """
    given = {name: value for name, value in environ.items() if value}
    if not any(name == "GOOGLE_TOKEN_JSON" or name.startswith("GOOGLE__") for name in given):
        return None
    try:
        from mcp_tools.google_admin import directory, effects, server, settings  # noqa: PLC0415 - an extra, and large
    except ImportError as error:
        raise BadInput(
            f"{error.name} is not installed", where="GOOGLE_TOKEN_JSON", mend="install countersign[google]"
        ) from error
    try:
        loaded = settings.GoogleSettings.load(given)
        built = server.build_server(directory.connect(loaded))
    except settings.SettingsError as error:
        raise BadInput(error.problem, where=error.name) from None
    return ServerSpec(
        alias="google",
        server=built,
        identity=_identity(loaded.api_url, given),
        effects={tool: Effect(effect) for tool, effect in effects.EFFECTS.items()},
        category=effects.CATEGORY,
        words={name: CardWords(*astuple(said)) for name, said in effects.CARD_WORDS.items()},
    )


def _identity(url: str, environ: Mapping[str, str]) -> str:
    """Where it acts and in whose name. A token that is renewed does not change it."""
    names = ("GOOGLE__ADMIN_EMAIL", "GOOGLE__CLIENT_EMAIL")
    return " ".join(["google_admin", url, *(environ.get(name, "") for name in names)])
