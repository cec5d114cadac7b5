"""Bedrock Runtime with a Claude model, as far as the bot can see it."""
