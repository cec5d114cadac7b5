"""Rules in the older JSON form, read as they are: {"rules": [{name, categories, …, require_approval, deny}]}.

There, what no rule speaks of was allowed, and nobody was named to ask. Here a change is asked about, and as long as the
file has no `defaults.ask`, the people of the policy that is shipped are asked.
"""

from itertools import count

import yaml

from bot.models.policy import Ask, Rule, RuleEffect
from bot.models.replacing import replace
from bot.models.requirement import Clause
from bot.policy_fields import LISTS, narrowing
from bot.policy_nodes import Node, flag, known, text

NARROWING = frozenset({"categories", "environments", "resource_prefixes", "min_amount", "max_amount", "tools"})
FIELDS = NARROWING | {"name", "require_approval", "deny"}
MARKS = frozenset({"require_approval", "deny"})
"""Fields that only this form has."""
SHIPPED_ASK = Ask(clauses=(Clause(groups=("@it-admins",)),), total=1, expires=4 * 3600, execute_within=3600)
"""Whom the shipped policy asks."""


def is_older(root: dict[str, Node]) -> bool:
    """Whether a whole file is of this form: rules without effects, and either no defaults or a field that only this
    form has.
    """
    if "rules" not in root:
        return False
    rules = [item.fields() for item in root["rules"].items() if isinstance(item.node, yaml.MappingNode)]
    marked = "defaults" not in root or any(MARKS & set(fields) for fields in rules)
    return bool(rules) and marked and all("effect" not in fields for fields in rules)


def older_rule(node: Node, number: int) -> Rule:
    """The rule. `deny` wins over `require_approval`, which is true unless it says otherwise."""
    fields = {name: value for name, value in known(node, FIELDS).items() if not _is_null(value)}
    asks = "require_approval" not in fields or flag(fields["require_approval"])
    effect = RuleEffect.DENY if flag(fields.get("deny")) else RuleEffect.ASK if asks else RuleEffect.ALLOW
    narrowed = narrowing({name: fields[name] for name in NARROWING & set(fields) if _says(fields[name], name, effect)})
    named = text(fields["name"]) if "name" in fields else f"rule {number}"
    return replace(Rule(named, effect, **narrowed), tools=_tools(narrowed["tools"], effect))


def distinct(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The same name may stand there several times; the later ones are numbered."""
    taken: set[str] = set()
    named = []
    for rule in rules:
        names = (f"{rule.name} ({number})" if number > 1 else rule.name for number in count(1))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        named.append(replace(rule, name=name))
    return tuple(named)


def _tools(names: tuple[str, ...], effect: RuleEffect) -> tuple[str, ...]:
    """A tool without its server is meant on every server; only to be stricter."""
    if effect is RuleEffect.ALLOW:
        return names
    bare = [f"*__{name}" for name in names if "__" not in name]
    return (*names, *bare)


def _is_null(node: Node) -> bool:
    return node.node.tag == "tag:yaml.org,2002:null"


def _says(node: Node, name: str, effect: RuleEffect) -> bool:
    """An empty list stood for every value. That may make a rule stricter, and never looser."""
    return name not in LISTS or bool(node.items()) or effect is RuleEffect.ALLOW
