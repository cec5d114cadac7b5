"""`python -m sandbox`: a workspace in the browser, with the real bot behind it.

The bot runs as a process of its own with an environment composed here, so that nothing of yours reaches it.
"""

import argparse
import asyncio
import base64
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from sandbox.bot_process import BotProcess, Command
from sandbox.clock import SystemClock
from sandbox.manifest import granted
from sandbox.parts import Sandbox, open_sandbox
from sandbox.real_model import STAND_IN, ModelChoice, choose
from sandbox.seed import ALEX, APPROVALS, demo_app
from sandbox.server import build_app

ROOT = Path(__file__).parents[1]
DATABASE = "countersign.sqlite3"
INHERITED = ("PATH", "HOME", "LANG")
SOON = {"COUNTERSIGN_LEASE": "5", "COUNTERSIGN_WRITE_TIMEOUT": "8", "COUNTERSIGN_WRITE_GRACE": "1"}
"""The stand-ins answer at once, so whoever kills the bot in the middle of a change need not wait long for the card."""
SECRET_KEY = "COUNTERSIGN_SECRET_KEY"
ABOUT = (
    "A workspace in the browser, offline. With ANTHROPIC_API_KEY or AWS credentials in the environment, the bot in it "
    "asks a real model."
)
MODEL = "global.anthropic.claude-opus-4-8"


def bot_environment(inherited: Mapping[str, str], address: str, data: Path) -> dict[str, str]:
    """All the bot gets: three variables of this machine, and synthetic credentials for the stand-ins at `address`."""
    app = demo_app()
    return {name: inherited[name] for name in INHERITED if name in inherited} | {
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": f"{address}/api/",
        "SLACK_CHANNEL_ID": APPROVALS,
        "MODEL_BASE_URL": f"{address}/bedrock",
        "BEDROCK_MODEL_ID": MODEL,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIASANDBOXSANDBOX00",
        "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key",
        "GOOGLE_API_URL": f"{address}/google",
        "GOOGLE_TOKEN_JSON": '{"token": "sandbox-google-token"}',
        "DATABASE_URL": f"sqlite:///{data / DATABASE}",
        "COUNTERSIGN_ADMINS": ALEX,
        **SOON,
    }


def fresh_key() -> str:
    """What the secrets that tools make are encrypted with, in this run only: base64 of 32 bytes."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def options(arguments: list[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=ABOUT)
    parser.add_argument("--port", type=int, default=8899, help="where to listen on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", type=Path, default=ROOT / ".demo", help="where the bot keeps its database")
    parser.add_argument("--keep", action="store_true", help="keep the database of the last run")
    parser.add_argument("--stand-in", action="store_true", help="never ask a real model, whatever keys there are")
    parser.add_argument("--no-bot", action="store_true", help="only the stand-ins; connect a bot of your own")
    return parser.parse_args(arguments)


def prepare(data: Path, *, keep: bool) -> None:
    """Makes the folder; takes the database of the last run away unless it is to be kept."""
    data.mkdir(parents=True, exist_ok=True)
    for old in () if keep else data.glob(f"{DATABASE}*"):
        old.unlink()


async def listen(app: web.Application, port: int) -> tuple[web.AppRunner, str]:
    """The running server and its address. Raises OSError when the port is taken."""
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def start_bot(sandbox: Sandbox, command: Command, stop: asyncio.Event, model: str = STAND_IN) -> bool:
    """Starts the bot and waits until it has its socket; False when it ended before, or we are to stop. `model` names
    the one that it asks."""
    bot = sandbox.bot = BotProcess(command, sandbox.log, sandbox.feed, model=model)
    await bot.start()
    outcomes = [asyncio.ensure_future(one) for one in (sandbox.slack.link.opened.wait(), bot.ended(), stop.wait())]
    await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
    for outcome in outcomes:
        outcome.cancel()
    return sandbox.slack.link.opened.is_set()


async def serve(sandbox: Sandbox, wanted: argparse.Namespace, inherited: Mapping[str, str], stop: asyncio.Event) -> int:
    """Serves until told to stop; returns the exit code."""
    try:
        runner, address = await listen(build_app(sandbox), wanted.port)
    except OSError as taken:
        sys.stderr.write(f"Port {wanted.port} is not free ({taken.strerror}). Try: python -m sandbox --port 0\n")
        return 1
    try:
        prepare(wanted.data, keep=wanted.keep)
        composed = bot_environment(inherited, address, wanted.data.resolve()) | {SECRET_KEY: fresh_key()}
        model = choose(inherited, composed, stand_in=wanted.stand_in)
        command = Command((sys.executable, "app.py"), model.environment, ROOT)
        if not wanted.no_bot and not await start_bot(sandbox, command, stop, model.words):
            last = "\n".join(step.title for step in sandbox.log.after(0)[-10:])
            sys.stderr.write(f"The bot ended before it was connected. What happened last:\n{last}\n")
            return 1
        sys.stdout.write(welcome(address, None if wanted.no_bot else model) + "\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        if sandbox.bot is not None:
            await sandbox.bot.stop()
        await runner.cleanup()
    return 0


def welcome(address: str, model: ModelChoice | None) -> str:
    """Where to go, and which model answers there; without a bot, what to connect one of your own to."""
    if model is not None:
        offline = " Every message of it is paid for; --stand-in stays offline." if model.is_real else ""
        where = f"Countersign is running in its own workspace: open {address} (Ctrl-C ends it)"
        return f"{where}\nThe model is {model.words}.{offline}"
    return f"The workspace is open at {address}, SLACK_API_URL={address}/api/ (Ctrl-C ends it)"


async def run(wanted: argparse.Namespace, inherited: Mapping[str, str]) -> int:
    """Ends on SIGINT and SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sandbox = open_sandbox(SystemClock(), app=granted(ROOT / "manifest.yml"))
    return await serve(sandbox, wanted, inherited, stop)


def main() -> int:
    environment = os.environ  # noqa: TID251 - the bot's environment starts from three of these
    return asyncio.run(run(options(sys.argv[1:]), environment))


if __name__ == "__main__":
    sys.exit(main())
