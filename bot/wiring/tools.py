"""The tool servers that the settings and the store name."""

from pathlib import Path

from bot.adapters import mcp_config
from bot.adapters.builtin_servers import google_admin
from bot.adapters.mcp_configured import specs, specs_as_they_are
from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.setting_sources import read_text
from bot.settings import Settings
from bot.store_ports import ServerStore

PUBLISHED = "the published servers"


def toolbox(settings: Settings, store: ServerStore | None) -> McpToolbox:
    """All servers, none of them started. Raises BadInput for settings that they cannot use."""
    return McpToolbox(servers(settings), store=store, published=published)


def servers(settings: Settings) -> list[ServerSpec]:
    """Those that come with us, then those of COUNTERSIGN_MCP_CONFIG, then those of MCP_SERVERS. Raises BadInput."""
    google = google_admin(settings.google_environ, write_timeout=float(settings.write_timeout))
    found = [google] if google else []
    if settings.mcp_config:
        file = Path(settings.mcp_config)
        found += specs(mcp_config.read_file(file.name, read_text(file)))
    return found + specs(mcp_config.read_pairs(settings.mcp_servers))


def published(text: str) -> list[ServerSpec]:
    """Those of a configuration that was published; one whose file is gone is missing. Raises BadInput."""
    return specs_as_they_are(mcp_config.read_file(PUBLISHED, text))
