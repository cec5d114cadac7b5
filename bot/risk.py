"""How dangerous a call looks. An input to policy and a badge on the card; it never lowers a gate by itself."""

import re
from dataclasses import dataclass
from typing import Any

from bot.canonical import loads
from bot.models.requirement import Effect, Risk
from bot.policy_values import folded

_HIGH_TOOLS = re.compile(
    r"bash|shell|exec|run_command|file_delete|rm|delete_file|network_request|http_request|api_call|database_query"
    r"|sql_execute"
)
_LISTINGS = re.compile(r"(?:tools|resources|prompts)/list")
_CRITICAL = re.compile(
    r"\bsudo\b|\brm\s+(?:-\S+\s+)*-(?:\w*r\w*f|\w*f\w*r|r\s+-f|f\s+-r|-recursive\s+--force)|\bmkfs|\bdd\s+if="
    r"|\bshutdown\b|\breboot\b|\bdrop\s+table\b|\bdelete\s+from\b|\btruncate\b|system32"
    r"|\bformat(?:\.com|\.exe)?\s+(?:the\s+)?(?:[a-z]:|/dev/|disk\b|drive\b|volume\b|partition\b)|\bformat-volume\b"
    r"|(?<!\w)/+(?:\.{1,2}/+)*(?:etc|sys|proc)(?:/|(?![\w.-]))",
    re.IGNORECASE,
)
"""`format` is a word of every day, and the name of many arguments: only what it is done to makes it dangerous."""
_PATH_ARGUMENT = re.compile(r"(?:.*_)?(?:path|file|filename|filepath|folder|dir|directory)s?", re.IGNORECASE)
_REMOVING = re.compile(r"(?<![a-z])(?:delete|remove|rm)(?![a-z])", re.IGNORECASE)
_ADDRESS_ARGUMENT = re.compile(r'"(?:url|host|endpoint)":', re.IGNORECASE)
_PROD = re.compile(r"(?<![a-z])prod(?:uction)?(?![a-z])", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|.)")
"""A JSON escape: in canonical arguments a line break is written as a backslash and an n, which hides the next word."""
_CATEGORIES = {
    "user_account_access": Risk.HIGH,
    "document_access_updates": Risk.HIGH,
    "aws_role_access": Risk.HIGH,
    "document_content_updates": Risk.MEDIUM,
}
MANY_TARGETS = 10


@dataclass(frozen=True, slots=True)
class Assessment:
    """A level, and the name of the rule that says so."""

    risk: Risk
    rule: str


def assess(tool: str, effect: Effect, category: str, arguments: str, *, targets: int = 1) -> Assessment:
    """The highest of what the tool, its effect, its category and its arguments say (DESIGN 4).

    `prod` in the arguments raises it by one level, and so do more than MANY_TARGETS targets.
    """
    found = max(_findings(tool, effect, category, arguments), key=lambda finding: finding.risk)
    raised = found.risk
    reasons = [found.rule]
    if _PROD.search(_plain(arguments)):
        raised, reasons = _up(raised), [*reasons, "production"]
    if targets > MANY_TARGETS:
        raised, reasons = _up(raised), [*reasons, f"{targets} targets"]
    return Assessment(raised, ", ".join(reasons))


def _findings(tool: str, effect: Effect, category: str, arguments: str) -> list[Assessment]:
    found = [_base(tool, effect)]
    if effect is not Effect.READ and category in _CATEGORIES:
        found.append(Assessment(_CATEGORIES[category], category.replace("_", " ")))
    if _HIGH_TOOLS.fullmatch(tool.lower().replace("-", "_")):
        found.append(Assessment(Risk.HIGH, f"tool {tool}"))
    if _ADDRESS_ARGUMENT.search(arguments):
        found.append(Assessment(Risk.HIGH, "address argument"))
    if _removes(loads(arguments)):
        found.append(Assessment(Risk.HIGH, "path to remove"))
    if _CRITICAL.search(_plain(arguments)):
        found.append(Assessment(Risk.CRITICAL, "dangerous text"))
    return found


def _base(tool: str, effect: Effect) -> Assessment:
    """A name is a hint: a listing that the operator has not said to be harmless stays a change."""
    if effect is Effect.READ:
        return Assessment(Risk.LOW, "read")
    if effect is Effect.OUTBOUND and _LISTINGS.fullmatch(tool):
        return Assessment(Risk.LOW, "listing")
    return Assessment(Risk.MEDIUM, effect.value)


def _plain(arguments: str) -> str:
    """Without escapes, compatibility forms and characters that nobody sees, each of which could hide a word."""
    return folded(_ESCAPE.sub(" ", arguments))


def _removes(value: Any, name: str = "") -> bool:
    """Whether a path among the arguments has a word for removing in it."""
    match value:
        case str():
            return bool(_PATH_ARGUMENT.fullmatch(name) and _REMOVING.search(folded(value)))
        case dict():
            return any(_removes(inner, key) for key, inner in value.items())
        case list():
            return any(_removes(inner, name) for inner in value)
    return False


def _up(risk: Risk) -> Risk:
    return Risk(min(risk + 1, Risk.CRITICAL))
