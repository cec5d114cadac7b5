from tests.handlers.cli.commands import place

__all__ = ["place"]
