"""The model and the tools. Only `late` imports this: their SDKs take longer to load than Slack waits for an ack."""

from bot.adapters.anthropic_client import Kind, client_of
from bot.adapters.anthropic_model import AnthropicModel
from bot.adapters.anthropic_prompt import Asking
from bot.adapters.mcp_toolbox import McpToolbox
from bot.settings import Settings
from bot.store_ports import ServerStore
from bot.wiring.tools import toolbox


def model_and_tools(settings: Settings, store: ServerStore | None) -> tuple[AnthropicModel, McpToolbox]:
    """Made, not yet connected. Raises BadInput for settings that they cannot use."""
    return _model(settings), toolbox(settings, store)


def _model(settings: Settings) -> AnthropicModel:
    kind = Kind(settings.model_kind)
    client = client_of(kind, settings.aws_region, settings.model_base_url, settings.anthropic_key)
    guardrail = (settings.guardrail_id, settings.guardrail_version) if settings.guardrail_id else None
    asking = Asking(kind, settings.effort, settings.thinking, guardrail)
    return AnthropicModel(client, settings.model_id, int(settings.max_tokens), asking)
