"""The stand-ins of one sandbox and what they share."""

from dataclasses import dataclass, field

from sandbox.bedrock.switch import ModelSwitch
from sandbox.bot_process import BotProcess
from sandbox.clock import Clock
from sandbox.feed import Feed
from sandbox.google.directory import DirectoryWorld
from sandbox.google.faults import Faults
from sandbox.google.seed import seed_directory
from sandbox.seed import demo_workspace
from sandbox.slack.service import Slack, open_slack
from sandbox.slack.workspace import App
from sandbox.steps import StepLog


@dataclass(slots=True)
class Sandbox:
    """One workspace, one directory, one model; `bot` comes later, when the address is known."""

    clock: Clock
    log: StepLog
    feed: Feed
    slack: Slack
    directory: DirectoryWorld
    model: ModelSwitch
    google_faults: Faults = field(default_factory=Faults)
    bot: BotProcess | None = None


def open_sandbox(clock: Clock, *, rate_limits: bool = True, app: App | None = None) -> Sandbox:
    """The demo workspace with that app in it, before anybody wrote anything. `rate_limits` are Slack's."""
    log, feed = StepLog(clock), Feed()
    log.listen(lambda step: feed.publish("step", step.to_dict()))
    slack = open_slack(demo_workspace(clock.now(), app), clock, log, feed, rate_limits=rate_limits)
    return Sandbox(clock, log, feed, slack, seed_directory(), ModelSwitch())
