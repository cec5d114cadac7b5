"""The tool servers that come with us, each made from its own settings."""

from collections.abc import Mapping
from dataclasses import asdict, astuple

from bot.adapters.mcp_servers import CardWords, ServerSpec
from bot.errors import BadInput
from bot.models.requirement import Effect
from bot.models.tools import Probe

GOOGLE = "google"
"""The alias of the Google Workspace server."""
WRITE_TIMEOUT = 20.0
"""Seconds. Long for a directory's answer, short for somebody who waits to hear what became of a call cut short."""

SENT_BY = 0.75
"""The part of a change's time in which it may leave; the rest is for the answer."""


def google_admin(environ: Mapping[str, str], *, write_timeout: float = WRITE_TIMEOUT) -> ServerSpec | None:
    """The Google Workspace server as `google`, or None when `environ` holds no credential for it.

    A change is given up after `write_timeout` seconds, and leaves in the first three quarters of them or not at all.
    Nothing is sent yet. Google's libraries are loaded only when there is a credential.

    Raises:
        BadInput: the settings are unusable, or the libraries of the extra `google` are not installed.
    """
    given = {name: value for name, value in environ.items() if value}
    if not any(name == "GOOGLE_TOKEN_JSON" or name.startswith("GOOGLE__") for name in given):
        return None
    try:
        from mcp_tools.google_admin import effects, server, settings, workspace  # noqa: PLC0415 - an extra, and large
    except ImportError as error:
        raise BadInput(
            f"{error.name} is not installed", where="GOOGLE_TOKEN_JSON", mend="install countersign[google]"
        ) from error
    try:
        loaded = settings.GoogleSettings.load(given)
        built = server.build_server(workspace.connect(loaded), send_within=write_timeout * SENT_BY)
    except settings.SettingsError as error:
        raise BadInput(error.problem, where=error.name) from None
    return ServerSpec(
        alias=GOOGLE,
        server=built,
        identity=_identity(loaded.api_url, given),
        effects={tool: Effect(effect) for tool, effect in effects.EFFECTS.items()},
        category=effects.CATEGORY,
        categories=effects.CATEGORIES,
        words={name: CardWords(*astuple(said)) for name, said in effects.CARD_WORDS.items()},
        write_timeout=write_timeout,
        probes={name: Probe(**asdict(probe)) for name, probe in effects.PROBES.items()},
    )


def _identity(url: str, environ: Mapping[str, str]) -> str:
    """Where it acts and in whose name. A token that is renewed does not change it."""
    names = ("GOOGLE__ADMIN_EMAIL", "GOOGLE__CLIENT_EMAIL")
    return " ".join(["google_admin", url, *(environ.get(name, "") for name in names)])
