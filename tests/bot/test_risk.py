"""How dangerous a call looks."""

from pathlib import Path

import pytest

from bot.canonical import canonical
from bot.models.requirement import Effect, Risk
from bot.proposing import assessed
from bot.risk import MANY_TARGETS, assess
from tests.factories import a_tool

LOW, MEDIUM, HIGH, CRITICAL = Risk


def risk_of(arguments: str = "{}", *, tool: str = "update", effect: Effect = Effect.WRITE, category: str = "") -> Risk:
    return assess(tool, effect, category, canonical(arguments)).risk


@pytest.mark.parametrize(("effect", "risk"), [(Effect.READ, LOW), (Effect.WRITE, MEDIUM), (Effect.OUTBOUND, MEDIUM)])
def test_without_anything_special_the_effect_decides(effect: Effect, risk: Risk) -> None:
    assert risk_of(effect=effect) is risk
    assert assess("update", effect, "", "{}").rule == effect.value


HIGH_TOOLS = [
    *("bash", "shell", "exec", "run_command", "file_delete", "rm", "delete_file", "network_request"),
    *("http_request", "api_call", "database_query", "sql_execute"),
]


@pytest.mark.parametrize("tool", HIGH_TOOLS)
def test_tools_that_can_do_anything_are_high(tool: str) -> None:
    assert risk_of(tool=tool) is HIGH
    assert risk_of(tool=tool, effect=Effect.READ) is HIGH
    assert risk_of(tool=f"{tool}_help") is MEDIUM


@pytest.mark.parametrize(
    ("category", "risk"),
    [
        ("user_account_access", HIGH),
        ("document_access_updates", HIGH),
        ("aws_role_access", HIGH),
        ("document_content_updates", MEDIUM),
        ("other", MEDIUM),
    ],
)
def test_a_category_raises_what_changes_something(category: str, risk: Risk) -> None:
    assert risk_of(category=category) is risk
    assert risk_of(category=category, effect=Effect.READ) is LOW


@pytest.mark.parametrize("name", ["url", "host", "endpoint", "URL", "Host"])
def test_an_argument_that_names_an_address_is_high(name: str) -> None:
    assert risk_of(f'{{"{name}":"x"}}', effect=Effect.READ) is HIGH
    assert risk_of(f'{{"deep":[{{"{name}":"x"}}]}}') is HIGH


def test_a_text_that_only_quotes_such_an_argument_is_not() -> None:
    assert risk_of(r'{"note":"write \"url\": here"}') is MEDIUM


DANGEROUS = [
    "sudo ls",
    "rm -rf /",
    "RM  -RF /",
    "mkfs.ext4 /dev/sda",
    "dd if=/dev/zero",
    "shutdown now",
    "reboot",
    "DROP TABLE users",
    "delete from users",
    "truncate logs",
    "/etc/passwd",
    "/proc/1",
    "/sys",
    r"C:\\Windows\\System32",
]


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.parametrize("before", ["", "x; ", r"x\n", r"x\t", r"\u0000", r"\r\n"])
def test_dangerous_text_is_critical_wherever_it_stands(text: str, before: str) -> None:
    assert risk_of(f'{{"a":["{before}{text}"]}}', effect=Effect.READ) is CRITICAL


@pytest.mark.parametrize("spaced", [r"drop\ntable users", r"drop\ttable users", r"delete\r\nfrom users"])
def test_a_line_break_inside_does_not_hide_it(spaced: str) -> None:
    assert risk_of(f'{{"sql":"{spaced}"}}') is CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "pseudo code",
        "alarm -rf",
        "the table was dropped",
        "reboots are planned",
        "docs/etc/readme",
        "etcetera",
        "/etcetera",
        "product team",
        "reproduction of the bug",
        "productions",
    ],
)
def test_ordinary_words_raise_nothing(text: str) -> None:
    assert risk_of(f'{{"a":"{text}"}}') is MEDIUM


@pytest.mark.parametrize("text", ["prod", "Production", "eu-prod-1", "users_prod", "prod.example.com", r"x\nprod"])
def test_production_is_one_level_up(text: str) -> None:
    assert risk_of(f'{{"a":"{text}"}}') is HIGH
    assert risk_of(f'{{"a":"{text}"}}', effect=Effect.READ) is MEDIUM


def test_many_targets_are_one_level_up_and_nothing_is_above_critical() -> None:
    assert assess("update", Effect.WRITE, "", "{}", targets=MANY_TARGETS).risk is MEDIUM
    assert assess("update", Effect.WRITE, "", "{}", targets=MANY_TARGETS + 1).risk is HIGH
    most = assess("bash", Effect.WRITE, "", '{"cmd":"sudo rm -rf /prod"}', targets=50)
    assert most.risk is CRITICAL
    assert most.rule == "dangerous text, production, 50 targets"


def test_the_highest_finding_is_the_one_that_is_named() -> None:
    found = assess("suspend_user", Effect.WRITE, "user_account_access", "{}")
    assert (found.risk, found.rule) == (HIGH, "user account access")
    assert assess("bash", Effect.WRITE, "", "{}").rule == "tool bash"
    assert assess("fetch", Effect.OUTBOUND, "", '{"url":"x"}').rule == "address argument"


CASES = [
    line.split(maxsplit=4)
    for line in Path(__file__).with_name("risk_cases.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def test_every_written_case_has_its_level() -> None:
    assert len(CASES) >= 300
    wrong = []
    for level, effect, tool, category, arguments in CASES:
        called = a_tool(name=tool, effect=Effect(effect), category=category.strip("-"))
        found = assessed(called, canonical(arguments))
        if found.risk.name != level:
            wrong.append(f"{found.risk.name} ({found.rule}): {level} {effect} {tool} {category} {arguments}")
    assert wrong == []


def test_every_written_case_is_another_one() -> None:
    assert len({tuple(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("level", list(Risk))
def test_there_are_cases_of_every_level(level: Risk) -> None:
    assert sum(case[0] == level.name for case in CASES) >= 30
