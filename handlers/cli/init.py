"""`countersign init`: from nothing to a `.env` with which the bot starts."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.errors import BadInput
from bot.wiring import setup
from bot.wiring.setup import Question, Setup
from bot.wiring.system import new_secret_key
from handlers.cli.output import say

FLAGS: Mapping[str, str] = {
    "bot_token": "SLACK_BOT_TOKEN",
    "app_token": "SLACK_APP_TOKEN",
    "signing_secret": "SLACK_SIGNING_SECRET",
    "http_port": "COUNTERSIGN_HTTP_PORT",
    "channel": "SLACK_CHANNEL_ID",
    "admins": "COUNTERSIGN_ADMINS",
    "model_kind": "COUNTERSIGN_MODEL_KIND",
    "region": "AWS_REGION",
    "anthropic_key": "ANTHROPIC_API_KEY",
}
REQUEST_URL = (
    "turn Socket Mode off, give https://…/slack/events as the request URL of Event Subscriptions and of Interactivity"
)
"""The manifest is that of Socket Mode, in which Slack posts nothing (Slack docs, "Socket Mode")."""
UNDONE = 2
"""Exit code when nothing was written."""
SECRET = "Better file:PATH than the value: others on this machine may see a command's words."  # noqa: S105 - a sentence


def flags(command: Any) -> Any:
    """One option for each setting."""
    known = (setup.BOT, *setup.SOCKET, *setup.HTTP, *setup.REST, setup.REGION, setup.CLAUDE_KEY)
    docs = {question.name: question.words for question in known}
    for flag, name in reversed([*FLAGS.items()]):
        text = f"{docs[name]}. {SECRET}" if setup.is_secret(name) else f"{docs[name]}."
        command = click.option(f"--{flag.replace('_', '-')}", flag, metavar="VALUE", help=text)(command)
    return command


@click.command()
@click.option("--file", type=click.Path(path_type=Path), default=Path(".env"), show_default=True, help="What to write.")
@click.option("--http", is_flag=True, help="Slack posts to a port of yours, instead of Socket Mode.")
@click.option("--key/--no-key", "make_key", default=None, help="Make a COUNTERSIGN_SECRET_KEY, or do without.")
@click.option("--link", is_flag=True, help="Print the link that makes the Slack app, and nothing else.")
@click.option("--no-input", is_flag=True, help="Ask nothing; the same without a terminal.")
@flags
@click.pass_context
def init(
    ctx: click.Context,
    /,
    file: Path,
    make_key: bool | None,
    *,
    http: bool,
    link: bool,
    no_input: bool,
    **given: str | None,
) -> None:
    """Ask for what is missing and write .env. What is set stays as it is, so it may be run again at any time.

    Without a bot token it first prints a link that makes the Slack app; --link prints that alone. Nothing is written
    before everything is there: after Ctrl-C the old file is as it was. Comments and other names in the file stay. Only
    its owner may read the file.

    Without a terminal give the values as options, or in the environment; exit code 2 says that something is missing.
    """
    if link:
        click.echo(_link())
        return
    environ = dict(os.environ)  # noqa: TID251 - an entry point
    found = Setup.read(environ, file, Path("countersign.yml"))
    values = {FLAGS[flag]: value.strip() for flag, value in given.items() if value}
    asking = not no_input and sys.stdin.isatty()
    over_http = http or "SLACK_SIGNING_SECRET" in values or (found.over_http and "SLACK_APP_TOKEN" not in values)
    questions = (setup.BOT, *(setup.HTTP if over_http else setup.SOCKET), *setup.REST)
    _refuse_both(found, values, over_http=over_http)
    _introduce(found)
    say(f"Settings for {found.file}:")
    try:
        new = Answers(found, values, asking=asking).all(questions, make_key)
    except click.Abort:
        say(f"\nStopped. {file} is as it was.")
        ctx.exit(UNDONE)
    if new:
        found.save(new)
    _finish(file, new, over_http=over_http)


def _refuse_both(found: Setup, given: Mapping[str, str], *, over_http: bool) -> None:
    """With an app token the bot opens a socket, whatever else is set. Raises BadInput."""
    name = "SLACK_APP_TOKEN"
    if over_http and (found.value(name) or name in given):
        where = found.source(name) if found.value(name) else "--app-token"
        mend = "take the token away there, or leave --http out. Nothing was written"
        raise BadInput("with an app token the bot opens a socket, and Slack posts nothing", where=where, mend=mend)


class Answers:
    """Goes through the questions: what is set, what was given, what is asked."""

    def __init__(self, found: Setup, given: Mapping[str, str], *, asking: bool) -> None:
        self._found = found
        self._given = given
        self._asking = asking
        self._missing: list[str] = []

    def all(self, questions: tuple[Question, ...], make_key: bool | None) -> dict[str, str]:
        """The values to write. Raises BadInput when something is missing or will not do, and nobody can be asked."""
        new = self._each(questions)
        kind = new.get("COUNTERSIGN_MODEL_KIND") or self._found.value("COUNTERSIGN_MODEL_KIND")
        new |= self._each((setup.of_kind(kind),))
        if self._missing:
            mend = "give them as options or in the environment, or run it in a terminal"
            raise BadInput(f"missing, or will not do: {', '.join(self._missing)}. Nothing was written", mend=mend)
        key = self._key(make_key)
        return new | ({setup.KEY: key} if key else {})

    def _each(self, questions: tuple[Question, ...]) -> dict[str, str]:
        return {question.name: value for question in questions if (value := self._one(question))}

    def _one(self, question: Question) -> str:
        """A new value, or nothing when it stays as it is."""
        name, given, known = question.name, self._given.get(question.name, ""), self._found.value(question.name)
        value = given or known
        wrong = self._found.wrong(name, value) if value else ""
        if value and not wrong:
            say(f"  {'✓' if known else '+'} {name}: {_shown(name, value)}{'' if given else self._origin(name)}")
            if given and self._found.shadows(name, given):
                say(f"  ! {name}: the environment has another value, and that is the one that counts: unset it there")
            return given
        if wrong:
            say(f"  ✗ {name}: {wrong}")
        if self._asking:
            return self._ask(question)
        if wrong or not (question.is_optional or question.offered):
            self._missing.append(name)
        if not (wrong or question.is_optional or question.offered):
            say(f"  ✗ {name}: missing. {question.page}")
        return question.offered

    def _origin(self, name: str) -> str:
        return f" (in {self._found.source(name)})"

    def _ask(self, question: Question) -> str:
        """Until it will do. What is wrong is said at once, and never repeats a secret."""
        say(f"\n{question.words}\n  {question.page}")
        secret = setup.is_secret(question.name)
        while True:
            typed: str = click.prompt(
                f"  {question.name}",
                default=question.offered,
                show_default=bool(question.offered),
                hide_input=secret,
                err=True,
            )
            value = typed.strip()
            needed = "" if value or question.is_optional else "something is needed here"
            wrong = needed or (self._found.wrong(question.name, value) if value else "")
            if not wrong:
                return value
            say(f"  ✗ {wrong}")

    def _key(self, make_key: bool | None) -> str:
        """Nothing when there is one, or none is wanted."""
        if self._found.value(setup.KEY):
            say(f"  ✓ {setup.KEY}: set{self._origin(setup.KEY)}")
            return ""
        if make_key is None:
            say("\nA key for secrets that tools make, such as new passwords; without it they make none.")
            make_key = self._asking and click.confirm(f"  Make {setup.KEY} now?", default=True, err=True)
        return new_secret_key() if make_key else ""


def _shown(name: str, value: str) -> str:
    return "set" if setup.is_secret(name) else value


def _introduce(found: Setup) -> None:
    """The link first: the tokens come from the app that it makes."""
    if found.value("SLACK_BOT_TOKEN"):
        return
    say("Slack app: this link makes it, with everything that it needs filled in.\n")
    click.echo(_link())
    say("")


def _link() -> str:
    """Where there is no manifest, Slack's page alone."""
    return setup.manifest_link(setup.MANIFEST) or "https://api.slack.com/apps?new_app=1"


def _finish(file: Path, new: Mapping[str, str], *, over_http: bool) -> None:
    names = ", ".join(new)
    say(f"\n{file}: wrote {names}; only you may read it." if new else f"\n{file}: nothing to change.")
    reach = f"{REQUEST_URL}, then invite" if over_http else "invite"
    say(
        "\nNext:\n"
        f"  1. In Slack: {reach} the bot to the channels where people ask and approve: /invite @Countersign\n"
        "  2. countersign doctor   looks whether everything works\n"
        "  3. countersign          runs the bot; then mention it"
    )
