"""What the stand-in sent, taken from its step log and held against the key contract (tests/slack_contract)."""

from sandbox.payload import Json
from sandbox.steps import Step, StepLog
from tests.sandbox.slack.contract_subset import METHODS
from tests.slack_contract.check_shapes import check_traffic, show

ALLOWED = {
    # A deleted parent is shown as a tombstone; the published samples of this method happen to hold none.
    "response:conversations.replies:messages[].subtype",
    # A person's message has it everywhere; the samples show it for conversations.history only.
    "response:conversations.replies:messages[].client_msg_id",
    # Slack's page on rate limits shows this one without the wrapper; the sample has the same keys inside `event`.
    "event:app_rate_limited:minute_rate_limited",
    *(f"event:app_rate_limited:{key}" for key in ("event", "event.type", "event_id", "event_time")),
}


def records(log: StepLog) -> list[Json]:
    """Every answer, event and interaction, in the form that check_shapes reads."""
    return [record for step in log.after(0) for record in recorded(step)]


def recorded(step: Step) -> list[Json]:
    if step.kind == "api" and step.detail.get("method") in METHODS:
        return [{"kind": "response", "name": step.detail["method"], "body": step.detail["answer"]}]
    if step.kind == "event" and step.detail:
        body = step.detail["payload"]
        return [{"kind": "event", "name": body["type"], "body": body}]
    if step.kind == "interaction":
        return [{"kind": "interaction", "body": step.detail["payload"]}]
    return []


def findings(log: StepLog) -> list[str]:
    """What does not have the shape of Slack's own traffic."""
    reports = check_traffic(records(log), ALLOWED)
    return [show(i, report) for i, report in enumerate(reports) if not report.clean]
