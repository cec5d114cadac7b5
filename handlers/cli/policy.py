"""`countersign policy`: show, check, explain, simulate, publish."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from bot.codec import encode
from bot.models.policy import Policy
from bot.policy_explain import Explanation
from bot.policy_words import asked, narrowed
from bot.wiring import policy_cli
from handlers.cli.output import database_option, fail, json_option, print_json, print_table, say
from handlers.cli.policy_texts import difference_json, difference_row, explanation_json, rule_rows, word

FILE = click.Path(path_type=Path)


@click.group()
def policy() -> None:
    """See what policy says and why, try another one, publish it."""


@policy.command()
@click.argument("file", type=FILE, required=False)
@database_option
@json_option
def show(file: Path | None, database: Path, *, as_json: bool) -> None:
    """Show the policy that is in force, or the one in FILE."""
    shown = policy_cli.read(file) if file else policy_cli.published(database)
    if as_json:
        print_json(json.loads(encode(shown)))
        return
    say(f"version {shown.version}" if shown.version else "not published")
    click.echo(f"What no rule speaks of: reads run, the rest asks {asked(shown.default_ask)}.")
    print_table(("rule", "effect", "speaks of", "asks"), [_rule(shown, at) for at in range(len(shown.rules))])


def _rule(shown: Policy, at: int) -> tuple[str, ...]:
    rule = shown.rules[at]
    fields = "\n".join(f"{name}: {value}" for name, value in narrowed(rule).items()) or "everything"
    return (rule.name, rule.effect.value, fields, asked(rule.ask) if rule.ask else "")


@policy.command()
@click.argument("file", type=FILE)
@click.option("--directory", type=FILE, metavar="FILE", help="A directory file, to find groups that do not exist.")
@database_option
@json_option
def check(file: Path, directory: Path | None, database: Path, *, as_json: bool) -> None:
    """Read FILE and warn of what is allowed and yet probably a mistake: patterns that match no tool, rules that never
    have an effect, groups that do not exist. Tools are those that the store has seen.

    Exit code 1 when there are warnings, 2 when FILE cannot be used.
    """
    read = policy_cli.read(file)
    warned = policy_cli.check(read, database, directory)
    if as_json:
        print_json({"file": str(file), "ok": not warned, "warnings": [asdict(one) for one in warned]})
    elif warned:
        print_table(("rule", "warning"), [(one.rule or "defaults.ask", one.what) for one in warned])
    else:
        click.echo(f"Fine: {len(read.rules)} rule(s).")
    say(f"Changes that no rule speaks of ask {asked(read.default_ask)}.")
    if warned:
        fail()


@policy.command()
@click.argument("call_id", metavar="CALL", required=False)
@click.option("--tool", metavar="NAME", help="Instead of a stored call: a tool, as server__tool.")
@click.option("--arguments", metavar="JSON", default="{}", show_default=True, help="What it is called with.")
@click.option("--policy", "file", type=FILE, metavar="FILE", help="By this file, not by the policy in force.")
@database_option
@json_option
def explain(
    call_id: str | None, tool: str | None, arguments: str, file: Path | None, database: Path, *, as_json: bool
) -> None:
    """Say what policy decides about a call, and what each rule makes of it. Nothing is called.

    The directory is not asked: to which groups the requester belongs is unknown here, and so read in the stricter way.
    A stored call is judged as of the moment when it was asked for.
    """
    if bool(call_id) == bool(tool):
        raise click.UsageError("name either a CALL or a --tool")
    by = policy_cli.read(file) if file else policy_cli.published(database)
    if tool:
        explained = policy_cli.supposed(by, tool, arguments, database)
    else:
        explained = policy_cli.explained(by, call_id or "", database)
    _print_explained(explained, as_json=as_json)


def _print_explained(explained: Explanation, *, as_json: bool) -> None:
    if as_json:
        print_json(explanation_json(explained))
        return
    decision = explained.decision
    click.echo(f"{word(decision)}: {decision.why} ({', '.join(decision.rules)})")
    print_table(("", "rule", "effect", "because"), rule_rows(explained))


@policy.command()
@click.argument("file", type=FILE)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="The newest so many.")
@database_option
@json_option
def simulate(file: Path, limit: int, database: Path, *, as_json: bool) -> None:
    """Judge the newest stored calls by FILE and by the policy in force, and show where they differ.

    Nothing is changed. The directory is not asked: groups of requesters are unknown to both, and read in the stricter
    way.
    """
    judged, differences = policy_cli.simulated(policy_cli.read(file), database, limit)
    if as_json:
        print_json({"file": str(file), "judged": judged, "differences": [difference_json(one) for one in differences]})
        return
    if differences:
        print_table(("it is", "tool", "now", "with the file", "call"), [difference_row(one) for one in differences])
    say(f"{judged} call(s) judged, {len(differences)} of them otherwise.")


@policy.command()
@click.argument("file", type=FILE)
@database_option
@json_option
def publish(file: Path, database: Path, *, as_json: bool) -> None:
    """Put FILE in force. A running bot goes by it from its next decision on, for calls that are approved already too.

    When the bot starts it publishes the file that POLICY_PATH names: write there what is to stay.
    """
    stored = policy_cli.publish(policy_cli.read(file), database)
    if as_json:
        print_json({"file": str(file), "version": stored.version, "rules": len(stored.rules)})
    else:
        click.echo(f"{file}: policy v{stored.version}, {len(stored.rules)} rule(s)")
