"""`countersign policy`: show, check, explain, simulate, publish."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from bot.codec import encode
from bot.models.policy import Policy
from bot.policy_explain import Explanation, word
from bot.policy_words import asked, narrowed
from bot.wiring import policy_cli
from bot.wiring.policy_cli import Given
from handlers.cli.given import given_options, supposed_options
from handlers.cli.output import (
    database_option,
    fail,
    json_option,
    people_files,
    print_json,
    print_table,
    say,
    secret_key,
)
from handlers.cli.policy_texts import (
    also,
    count_row,
    difference_json,
    difference_row,
    explanation_json,
    rule_rows,
    shadowed_json,
    shadowed_row,
)

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
    read = policy_cli.read(file, None, people_files()[1], strict=True)
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


policy.add_command(check, "test")


@policy.command()
@click.argument("call_id", metavar="CALL", required=False)
@supposed_options
@click.option("--policy", "file", type=FILE, metavar="FILE", help="By this file, not by the policy in force.")
@given_options
@database_option
@json_option
def explain(
    call_id: str | None,
    supposed: tuple[str, str],
    file: Path | None,
    given: Given,
    database: Path,
    *,
    as_json: bool,
) -> None:
    """Say what policy decides about a call, and what each rule makes of it. Nothing is called.

    The directory is not asked: without --directory it is unknown to which groups the requester belongs, and so read in
    the stricter way. A stored call is judged as of the moment when it was asked for, unless --at names another one.
    """
    if bool(call_id) == bool(supposed[0]):
        raise click.UsageError("name either a CALL or a --tool")
    by = policy_cli.read(file) if file else policy_cli.published(database)
    if supposed[0]:
        explained = policy_cli.supposed(by, *supposed, database, given)
    else:
        explained = policy_cli.explained(by, call_id or "", database, given)
    _print_explained(explained, as_json=as_json)


def _print_explained(explained: Explanation, *, as_json: bool) -> None:
    if as_json:
        print_json(explanation_json(explained))
        return
    decision = explained.decision
    click.echo(f"{word(decision)}{also(decision)}: {decision.why} ({', '.join(decision.rules)})")
    print_table(("", "rule", "effect", "because"), rule_rows(explained))
    if explained.refused:
        say(f"The tool does not take these arguments, so the call would be refused before that: {explained.refused}")


@policy.command()
@click.argument("file", type=FILE)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="The newest so many.")
@given_options
@database_option
@json_option
def simulate(file: Path, limit: int, given: Given, database: Path, *, as_json: bool) -> None:
    """Judge the newest stored calls by FILE and by the policy in force, and show where they differ.

    Nothing is changed. The directory is not asked: without --directory groups of requesters are unknown to both, and
    read in the stricter way.
    """
    judged, differences = policy_cli.simulated(policy_cli.read(file), database, limit, given)
    if as_json:
        print_json({"file": str(file), "judged": judged, "differences": [difference_json(one) for one in differences]})
        return
    if differences:
        print_table(("it is", "tool", "now", "with the file", "call"), [difference_row(one) for one in differences])
    say(f"{judged} call(s) judged, {len(differences)} of them otherwise.")


@policy.command()
@click.argument("file", type=FILE, required=False)
@click.option("--examples", type=click.IntRange(0, 1000), default=10, show_default=True, help="Show so many calls.")
@database_option
@json_option
def shadow(file: Path | None, examples: int, database: Path, *, as_json: bool) -> None:
    """Count what shadow policies said otherwise, by tool and kind, with the latest calls; of FILE alone if it is given.

    COUNTERSIGN_SHADOW_POLICY names a policy that a running bot judges every call by as well, and which changes nothing.
    A call is judged when it is asked for, and again when it is to leave.
    """
    found = policy_cli.shadowed(database, file)
    counted = Counter((one.policy, one.tool, one.live, one.shadow) for one in found).most_common()
    if as_json:
        names = ("policy", "tool", "live", "shadow")
        counts = [{**dict(zip(names, key, strict=True)), "count": count} for key, count in counted]
        print_json({"differences": len(found), "counts": counts, "latest": list(map(shadowed_json, found[:examples]))})
        return
    if found:
        print_table(("times", "tool", "in force", "shadow", "policy"), [count_row(*one) for one in counted])
        print_table(("when", "tool", "in force", "shadow", "rules", "call"), map(shadowed_row, found[:examples]))
    say(f"{len(found)} time(s) a shadow said otherwise.")


@policy.command()
@click.argument("file", type=FILE)
@database_option
@json_option
def publish(file: Path, database: Path, *, as_json: bool) -> None:
    """Put FILE in force. A running bot goes by it from its next decision on, for calls that are approved already too.

    When the bot starts it publishes the file that POLICY_PATH names: write there what is to stay.
    """
    stored = policy_cli.publish(policy_cli.read(file, *people_files(), strict=True), database, secret_key())
    if as_json:
        print_json({"file": str(file), "version": stored.version, "rules": len(stored.rules)})
    else:
        click.echo(f"{file}: policy v{stored.version}, {len(stored.rules)} rule(s)")


@policy.command()
@click.argument("file", type=FILE, required=False)
@click.option("--cedar", is_flag=True, help="As Cedar, for AgentCore Policy; there is no other language yet.")
@click.option("--schema", is_flag=True, help="The schema of the tools instead of the policies.")
@click.option("--check", "checks", is_flag=True, help="Have cedarpy validate both first (extra: cedar).")
@database_option
@json_option
def export(file: Path | None, *, cedar: bool, schema: bool, checks: bool, database: Path, as_json: bool) -> None:
    """Print the policy that is in force, or the one in FILE, in another language, for the tools that the store knows.

    What that language cannot say is written more strictly, never more loosely; comments name it.
    Exit code 1 when the check finds something.
    """
    del cedar
    exported = policy_cli.cedar(policy_cli.read(file) if file else policy_cli.published(database), database)
    flaws = policy_cli.cedar_flaws(exported) if checks else []
    if as_json:
        print_json({**asdict(exported), "checked": checks, "flaws": flaws})
    else:
        click.echo(exported.schema if schema else exported.policies, nl=False)
        say(f"{len(exported.stricter)} place(s) are stricter than the policy; comments name them.")
        for flaw in flaws:
            say(flaw)
    if flaws:
        fail()
