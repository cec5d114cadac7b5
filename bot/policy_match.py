"""Whether a rule speaks of a call, field by field. Closed by default: what cannot be told matches a deny or an ask,
and never an allow.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from bot.models.policy import Requesters, Rule, RuleEffect
from bot.models.question import Asker
from bot.policy_facts import AMOUNT, ENVIRONMENTS, OTHER, Facts, of_all, of_any, of_each
from bot.policy_values import equal, folded, holds, is_number, text_like
from bot.policy_windows import within

Check: TypeAlias = Callable[[Rule, Facts], bool | None]
SAME = MappingProxyType({"production": "prod", "development": "dev", "staging": "stage"})
"""Long words for an environment, and the short ones that mean the same."""


def speaks(rule: Rule, facts: Facts, checks: Mapping[str, Check]) -> bool:
    """Whether all of these fields match."""
    answer = of_all(check(rule, facts) for check in checks.values())
    return bool(answer) if rule.effect is RuleEffect.ALLOW else answer is not False


def narrowing(rule: Rule) -> dict[str, Check]:
    """The checks of those fields that the rule sets, but for `tools` and `servers`, which the index has looked at."""
    return {name: check for name, check in CHECKS.items() if getattr(rule, name) not in (None, ())}


def _effects(rule: Rule, facts: Facts) -> bool:
    return facts.question.effect in rule.effects


def _risks(rule: Rule, facts: Facts) -> bool | None:
    risk = facts.question.risk
    return None if risk is None else risk in rule.risks


def _categories(rule: Rule, facts: Facts) -> bool:
    return (facts.question.category or OTHER) in rule.categories


def _environments(rule: Rule, facts: Facts) -> bool | None:
    return _each_named(facts.named(*ENVIRONMENTS), lambda one: of_any(_is(one, word) for word in rule.environments))


def _is(value: Any, environment: str) -> bool | None:
    """What is only another spelling of it, or of the other word for it, cannot be told; nor what no text means."""
    if not isinstance(value, str):
        return None
    answer = equal(_short(value), _short(environment))
    return None if _short(folded(value)) == _short(folded(environment)) and not answer else answer


def _each_named(values: list[Any] | None, holds: Callable[[Any], bool | None]) -> bool | None:
    """No, when the call names none and could not have."""
    if values is None:
        return None
    return of_each(values, holds) if values else False


def _short(word: Any) -> Any:
    return SAME.get(word.lower(), word) if isinstance(word, str) else word


def _resource_prefixes(rule: Rule, facts: Facts) -> bool | None:
    begins = partial(_begins, rule.resource_prefixes)
    target = facts.question.target
    if target and target in facts.arguments:
        return of_each(facts.arguments[target], begins)
    if target:
        return None
    return False if all(begins(text) is False for text in facts.texts()) else None


def _begins(prefixes: tuple[str, ...], value: object) -> bool | None:
    return of_any(text_like(value, prefix, str.startswith) for prefix in prefixes)


def _min_amount(rule: Rule, facts: Facts) -> bool | None:
    least = rule.min_amount
    return _amount(facts, lambda amount: least is None or amount >= least)


def _max_amount(rule: Rule, facts: Facts) -> bool | None:
    most = rule.max_amount
    return _amount(facts, lambda amount: most is None or amount <= most)


def _amount(facts: Facts, fits: Callable[[float], bool]) -> bool | None:
    return _each_named(facts.named(AMOUNT), lambda one: fits(one) if is_number(one) else None)


def _arguments(rule: Rule, facts: Facts) -> bool | None:
    return of_all(holds(condition, facts) for condition in rule.arguments)


def _requesters(rule: Rule, facts: Facts) -> bool | None:
    return rule.requesters is None or _is_among(rule.requesters, facts.question.asker)


def _except_requesters(rule: Rule, facts: Facts) -> bool | None:
    among = rule.except_requesters is not None and _is_among(rule.except_requesters, facts.question.asker)
    return None if among is None else not among


def _is_among(who: Requesters, asker: Asker) -> bool | None:
    answers: list[bool | None] = []
    if who.users or who.groups:
        users, groups = (_is_user(user, asker) for user in who.users), (asker.groups.get(name) for name in who.groups)
        answers.append(of_any((*users, *groups)))
    if who.surfaces:
        answers.append(None if asker.surface is None else asker.surface in who.surfaces)
    if who.channels:
        answers.append(asker.channel in who.channels)
    return of_all(answers)


def _is_user(wanted: str, asker: Asker) -> bool | None:
    if "@" not in wanted:
        return asker.user == wanted
    return None if asker.email is None else asker.email.casefold() == wanted.casefold()


def _windows(rule: Rule, facts: Facts) -> bool | None:
    return of_any(within(window, facts.question.at) for window in rule.windows)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "effects": _effects,
        "risks": _risks,
        "categories": _categories,
        "requesters": _requesters,
        "except_requesters": _except_requesters,
        "environments": _environments,
        "resource_prefixes": _resource_prefixes,
        "min_amount": _min_amount,
        "max_amount": _max_amount,
        "arguments": _arguments,
        "windows": _windows,
    }
)
"""The cheap ones first; the result does not depend on it."""
