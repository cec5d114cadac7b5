"""How dangerous a call looks. An input to policy and a badge on the card; it never lowers a gate by itself."""

import re
from dataclasses import dataclass

from bot.models.requirement import Effect, Risk

_HIGH_TOOLS = re.compile(
    r"bash|shell|exec|run_command|file_delete|rm|delete_file|network_request|http_request|api_call|database_query"
    r"|sql_execute"
)
_CRITICAL = re.compile(
    r"\bsudo\b|\brm\s+-rf\b|\bmkfs|\bdd\s+if=|\bshutdown\b|\breboot\b|\bdrop\s+table\b|\bdelete\s+from\b|\btruncate\b"
    r"|(?<![\w/])/(?:etc|sys|proc)(?:/|\b)|system32",
    re.IGNORECASE,
)
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
    if _PROD.search(_ESCAPE.sub(" ", arguments)):
        raised, reasons = _up(raised), [*reasons, "production"]
    if targets > MANY_TARGETS:
        raised, reasons = _up(raised), [*reasons, f"{targets} targets"]
    return Assessment(raised, ", ".join(reasons))


def _findings(tool: str, effect: Effect, category: str, arguments: str) -> list[Assessment]:
    base = Assessment(Risk.LOW, "read") if effect is Effect.READ else Assessment(Risk.MEDIUM, effect.value)
    found = [base]
    if effect is not Effect.READ and category in _CATEGORIES:
        found.append(Assessment(_CATEGORIES[category], category.replace("_", " ")))
    if _HIGH_TOOLS.fullmatch(tool):
        found.append(Assessment(Risk.HIGH, f"tool {tool}"))
    if _ADDRESS_ARGUMENT.search(arguments):
        found.append(Assessment(Risk.HIGH, "address argument"))
    if _CRITICAL.search(_ESCAPE.sub(" ", arguments)):
        found.append(Assessment(Risk.CRITICAL, "dangerous text"))
    return found


def _up(risk: Risk) -> Risk:
    return Risk(min(risk + 1, Risk.CRITICAL))
