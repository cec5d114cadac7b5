"""The model and the tools. Only `late` imports this: their SDKs take longer to load than Slack waits for an ack."""

from bot.adapters.anthropic_client import bedrock_client
from bot.adapters.anthropic_model import AnthropicModel
from bot.adapters.builtin_servers import google_admin
from bot.adapters.mcp_toolbox import McpToolbox
from bot.settings import Settings


def model_and_tools(settings: Settings) -> tuple[AnthropicModel, McpToolbox]:
    """Made, not yet connected. Raises BadInput for settings that they cannot use."""
    client = bedrock_client(settings.aws_region, settings.model_base_url)
    google = google_admin(settings.google_environ, write_timeout=float(settings.write_timeout))
    model = AnthropicModel(client, settings.model_id, int(settings.max_tokens))
    return model, McpToolbox([google] if google else [])
