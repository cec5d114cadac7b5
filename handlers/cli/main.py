"""`countersign`: the bot, and the commands that look after its store. Each command is loaded when it is used."""

import importlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from bot.errors import BadInput, NotFound, StoreUnavailable
from bot.untrusted import redacted

AS_JSON = "countersign.json"
UNUSABLE = 2
"""Exit code when nothing was done; 1 says that something was looked at and is not as it should be."""
INTERRUPTED = 130
"""As shells say it: 128 and the number of SIGINT."""
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remembers whether a program reads the answer, whatever becomes of the command."""
        ctx.meta.setdefault(AS_JSON, "--json" in args)
        return super().parse_args(ctx, _json_last(args))

    def invoke(self, ctx: click.Context) -> Any:
        """Our errors in words: what, where, how to mend. With `--json` as one object on stdout."""
        try:
            return super().invoke(ctx)
        except (BadInput, NotFound, StoreUnavailable) as wrong:
            told = _parts(wrong)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except click.UsageError as wrong:
            if not ctx.meta[AS_JSON]:
                raise
            told = {"what": wrong.format_message(), "where": "command line", "mend": "--help tells more"}
        if ctx.meta[AS_JSON]:
            click.echo(json.dumps({"error": redacted(told)}, indent=2))
        else:
            _say(told)
        raise click.exceptions.Exit(UNUSABLE)


LAZY = MappingProxyType(
    {
        "init": ("handlers.cli.init:init", "Set up: ask for what is missing, write .env."),
        "doctor": ("handlers.cli.doctor:doctor", "Look whether everything works; say how to mend what does not."),
        "requests": ("handlers.cli.requests:requests", "List the requests that are still open."),
        "store": ("handlers.cli.store:store", "Back the store up, restore it, check it."),
        "totp": ("handlers.cli.totp:totp", "Give people one-time codes, for calls with confirm: totp."),
        "policy": ("handlers.cli.policy:policy", "See what policy says and why, try another one, publish it."),
        "servers": ("handlers.cli.servers:servers", "See tool servers and their tools, switch off, accept changes."),
        "audit": ("handlers.cli.audit:audit", "Verify the audit trail."),
        "key": ("handlers.cli.key:key", "Print a new key for COUNTERSIGN_SECRET_KEY."),
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


def _json_last(args: list[str]) -> list[str]:
    """Options belong behind their command; this one all that print have in common."""
    end = args.index("--") if "--" in args else len(args)
    before = args[:end]
    if len(before) < 2 or "--json" not in before:
        return args
    return [*(one for one in before if one != "--json"), "--json", *args[end:]]


def _parts(wrong: BadInput | NotFound | StoreUnavailable) -> dict[str, str]:
    match wrong:
        case NotFound():
            return {"what": f"there is no request {wrong}", "where": "", "mend": ""}
        case BadInput():
            return {"what": wrong.what, "where": wrong.where, "mend": wrong.mend}
        case StoreUnavailable():
            return {"what": wrong.what, "where": "", "mend": wrong.mend}


def _say(told: Mapping[str, str]) -> None:
    heads = {"what": "Error: ", "where": "  where: ", "mend": "  mend:  "}
    for part, text in told.items():
        if text:
            click.echo(heads[part] + text, err=True)


if __name__ == "__main__":
    main()
