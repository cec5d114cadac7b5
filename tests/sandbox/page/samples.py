"""What the page is shown in tests: one workspace, a few messages, an approval card, a modal."""

from typing import Any

ROBIN, ALEX, SAM, OLGA, BOT = "U0ROBIN01", "U0ALEX001", "U0SAM0001", "U0OLGA001", "U0BOT0001"
IT_HELP, APPROVALS, GENERAL = "C0ITHELP1", "C0APPROV1", "C0GENERAL1"
AT = 1_795_000_000  # 19 Nov 2026, UTC

WORKSPACE: dict[str, Any] = {
    "team": {"id": "T0ACME01", "name": "Acme", "domain": "acme"},
    "bot_user_id": BOT,
    "users": [
        {
            "id": ROBIN,
            "name": "robin",
            "real_name": "Robin Reyes",
            "role": "requester",
            "is_bot": False,
            "is_guest": False,
        },
        {
            "id": ALEX,
            "name": "alex",
            "real_name": "Alex Ahmadi",
            "role": "approver",
            "is_bot": False,
            "is_guest": False,
        },
        {"id": SAM, "name": "sam", "real_name": "Sam Okafor", "role": "approver", "is_bot": False, "is_guest": False},
        {"id": OLGA, "name": "olga", "real_name": "Olga Novak", "role": "outsider", "is_bot": False, "is_guest": False},
        {
            "id": BOT,
            "name": "countersign",
            "real_name": "Countersign",
            "role": "bot",
            "is_bot": True,
            "is_guest": False,
        },
    ],
    "usergroups": [{"id": "S0ITADM01", "handle": "it-admins", "users": [ALEX, SAM]}],
    "channels": [
        {"id": IT_HELP, "name": "it-help", "members": [ROBIN, ALEX, SAM, OLGA, BOT]},
        {"id": APPROVALS, "name": "approvals", "members": [ALEX, SAM, BOT]},
        {"id": GENERAL, "name": "general", "members": [ROBIN, ALEX, SAM, OLGA]},
    ],
}


def ts(seconds: int) -> str:
    """The ts of a message `seconds` after the first one."""
    return f"{AT + seconds}.000100"


def said(user: str, words: str, at: int, **more: Any) -> dict[str, Any]:
    app = {"bot_id": "B0COUNT01"} if user == BOT else {}
    return {"type": "message", "ts": ts(at), "user": user, "text": words, **app, **more}


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def button(words: str, action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(words), "action_id": action, "value": "a1f3", **more}


def option(words: str, value: str) -> dict[str, Any]:
    return {"text": plain(words), "value": value}


def facts() -> list[dict[str, Any]]:
    """The lines that a card and its receipt share."""
    asked = f'Asked by <@{ROBIN}> in <#{IT_HELP}> · 🟠 High (rule "user accounts") · needs 1 of <!subteam^S0ITADM01>'
    until = f"until <!date^{AT + 14_400}^{{date_short_pretty}} {{time}}|2026-11-19 00:46 UTC>"
    thread = f"https://acme.slack.com/archives/{IT_HELP}/p{ts(0).replace('.', '')}?thread_ts={ts(0)}"
    return [
        {"type": "context", "block_id": "asked", "elements": [mrkdwn(f"{asked} · {until}")]},
        {
            "type": "section",
            "block_id": "quote",
            "text": mrkdwn(f"&gt; Please suspend leaver@example.com, they left on Friday\n<{thread}|Open the thread>"),
        },
        {"type": "section", "block_id": "arguments", "fields": [mrkdwn("*user_key*"), mrkdwn("`leaver@example.com`")]},
        {
            "type": "context",
            "block_id": "why",
            "elements": [mrkdwn("Why (written by the model): The requester says the person left the company.")],
        },
    ]


def approval_card(**approve: Any) -> list[dict[str, Any]]:
    """An open card; `approve` adds to the Approve button."""
    more = {
        "type": "overflow",
        "action_id": "approval.more",
        "options": [option("Edit", "edit"), option("Ask", "ask"), option("Allow similar", "similar")],
    }
    buttons = [
        button("Approve", "approval.approve", style="primary", **approve),
        button("Deny…", "approval.deny", style="danger"),
        button("All details", "approval.details"),
        more,
    ]
    return [
        {
            "type": "header",
            "block_id": "head",
            "text": plain("⏳ Suspend user · leaver@example.com · Google Workspace"),
        },
        *facts(),
        {"type": "actions", "block_id": "choices", "elements": buttons},
        {"type": "context", "block_id": "ids", "elements": [mrkdwn("`a1f3` · policy v12 · sha 9c1e…")]},
    ]


def receipt() -> list[dict[str, Any]]:
    """The same card after the decision."""
    return [
        {"type": "header", "block_id": "head", "text": plain("☑️ Done in 1.2 s · suspended leaver@example.com")},
        *facts(),
        {"type": "context", "block_id": "ids", "elements": [mrkdwn(f"✅ Approved by <@{ALEX}> · `a1f3` · policy v12")]},
    ]


def card(at: int = 60, **more: Any) -> dict[str, Any]:
    return said(BOT, "⏳ Suspend user · leaver@example.com", at, blocks=approval_card(), **more)


def text_input(block: str, label: str, **element: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "element": {"type": "plain_text_input", "action_id": "text", **element},
    }


def deny_modal(**changes: Any) -> dict[str, Any]:
    """A modal with a long text, a select, radio buttons and checkboxes."""
    reasons = [option("Wrong person", "wrong"), option("Ask HR first", "hr")]
    blocks = [
        {"type": "section", "block_id": "what", "text": mrkdwn("⛔ *Suspend user* · `leaver@example.com`")},
        text_input(
            "reason",
            "Reason",
            multiline=True,
            min_length=10,
            max_length=300,
            placeholder=plain("Robin and the model will see this"),
        ),
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Kind"),
            "element": {"type": "static_select", "action_id": "kind", "options": reasons},
        },
        {
            "type": "input",
            "block_id": "scope",
            "label": plain("Applies to"),
            "element": {
                "type": "radio_buttons",
                "action_id": "scope",
                "options": [option("This call", "once"), option("All like it", "all")],
                "initial_option": option("This call", "once"),
            },
        },
        {
            "type": "input",
            "block_id": "tell",
            "optional": True,
            "label": plain("Also tell"),
            "element": {"type": "checkboxes", "action_id": "tell", "options": [option("The approvers", "approvers")]},
        },
    ]
    view = {
        "id": "V0DENY001",
        "type": "modal",
        "hash": "1.a",
        "title": plain("Deny this call"),
        "submit": plain("Deny"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }
    return {**view, **changes}
