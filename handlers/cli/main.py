"""`countersign`: the bot, and the commands that look after its store. Each command is loaded when it is used."""

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from bot.errors import BadInput, NotFound, StoreUnavailable

UNUSABLE = 2
"""Exit code when nothing was done; 1 says that something was looked at and is not as it should be."""
EXIT_CODES = """\b
Exit codes:
  0  done; what was looked at is as it should be
  1  something was looked at and is not as it should be
  2  nothing was done: unusable input or settings, or the store does not answer
"""


class Commands(click.Group):
    """A group that knows its commands by name: name -> (module:attribute, what it does in one line)."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] = MappingProxyType({}), **fields: Any) -> None:
        super().__init__(*args, **fields)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were given."""
        del ctx
        return [*self.commands, *self._lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Loads the command."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command), f"{cmd_name} is no command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without loading any."""
        del ctx
        own = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *((name, line) for name, (_, line) in self._lazy.items())])

    def invoke(self, ctx: click.Context) -> Any:
        """Our errors in words: what, where, how to mend."""
        try:
            return super().invoke(ctx)
        except (BadInput, NotFound, StoreUnavailable) as wrong:
            for line in _words(wrong):
                click.echo(line, err=True)
            ctx.exit(UNUSABLE)


LAZY = MappingProxyType(
    {
        "requests": ("handlers.cli.requests:requests", "List the requests that are still open."),
        "store": ("handlers.cli.store:store", "Back the store up, restore it, check it."),
        "policy": ("handlers.cli.policy:policy", "See what policy says and why, try another one, publish it."),
        "audit": ("handlers.cli.audit:audit", "Verify the audit trail."),
    }
)


@click.group(cls=Commands, lazy=LAZY, invoke_without_command=True, epilog=EXIT_CODES)
@click.version_option(package_name="countersign", message="%(prog)s %(version)s")
@click.pass_context
def countersign(ctx: click.Context) -> None:
    """People approve the exact call, it runs once, and the answer comes back in the thread.

    Without a command the bot runs, as with `countersign run`.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(run)


@countersign.command(short_help="Run the bot.")
def run() -> None:
    """Run the bot, with the settings of the environment, .env and countersign.yml."""
    importlib.import_module("handlers.socket_mode").main()


def main() -> None:
    """The console script."""
    countersign(prog_name="countersign")


def _words(wrong: BadInput | NotFound | StoreUnavailable) -> list[str]:
    match wrong:
        case NotFound():
            return [f"Error: there is no request {wrong}"]
        case BadInput():
            lines = [("Error: ", wrong.what), ("  where: ", wrong.where), ("  mend:  ", wrong.mend)]
        case StoreUnavailable():
            lines = [("Error: ", wrong.what), ("  mend:  ", wrong.mend)]
    return [head + text for head, text in lines if text]
