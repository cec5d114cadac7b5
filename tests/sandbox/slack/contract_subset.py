"""The part of Slack's published facts that the stand-in reads at run time, derived from `tests/slack_contract`.

`python -m tests.sandbox.slack.contract_subset` writes it again after the facts were renewed.
"""

import json
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parents[2] / "slack_contract"
DATA = Path(__file__).parents[3] / "sandbox" / "slack" / "contract"
METHODS = (
    "apps.connections.open",
    "auth.test",
    "bots.info",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.delete",
    "files.getUploadURLExternal",
    "reactions.add",
    "reactions.get",
    "reactions.remove",
    "team.info",
    "usergroups.list",
    "usergroups.users.list",
    "users.info",
    "users.list",
    "users.lookupByEmail",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
)


def facts(name: str) -> Any:
    return json.loads((FACTS / name).read_text(encoding="utf-8"))


def subset() -> dict[str, dict[str, Any]]:
    """File name -> content, as `sandbox/slack/contract` holds it."""
    limits = facts("limits.json")
    return {
        "methods.json": methods(facts("methods.json")),
        "limits.json": {name: limit["max"] for name, limit in limits.items() if limit["max"] is not None},
        "blocks.json": with_numbers(facts("block_kit.json"), limits),
    }


def methods(known: dict[str, Any]) -> dict[str, Any]:
    common = known["*"]["errors"]
    return {"*": {"errors": common}} | {name: method(known[name], common) for name in METHODS}


def method(fact: dict[str, Any], common: list[str]) -> dict[str, Any]:
    return {
        "tier": fact["tier_docs"],
        "scopes": fact["bot_scopes"],
        "args": {name: arg["type"] for name, arg in fact["args"].items()},
        "required": [name for name, arg in fact["args"].items() if arg["required"]],
        "errors": [error for error in fact["errors"] if error not in common],
    }


def with_numbers(rules: Any, limits: dict[str, Any]) -> Any:
    """The Block Kit rules with the number in the place of a limit's name; `code` where it is not `invalid_blocks`."""
    if isinstance(rules, list):
        return [with_numbers(rule, limits) for rule in rules]
    if not isinstance(rules, dict):
        return rules
    found = {key: with_numbers(rule, limits) for key, rule in rules.items()}
    for source, target in (("limit", "max"), ("item_limit", "item_max"), ("columns", "columns"), ("text", "text_max")):
        if isinstance(found.get(source), str):
            limit = limits[found.pop(source)]
            found[target] = limit["max"]
            if target == "max" and limit["error"] == "msg_blocks_too_long":
                found["code"] = limit["error"]
    return found


def write() -> None:
    for name, content in subset().items():
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in sorted(content.items()))
        (DATA / name).write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write()
