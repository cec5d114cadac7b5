"""Reads a policy file (YAML or JSON). Everything wrong with it is said with file and line, and nothing is guessed."""

import yaml

from bot.errors import BadInput
from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.policy_asks import ASK_FIELDS, NOTHING, Known, ask
from bot.policy_fields import NARROWING, narrowing
from bot.policy_nodes import Node, choice, flag, known, refuse_tags, text
from bot.policy_seeds import MARKS, SHIPPED_ASK, distinct, is_older, older_rule

RULE_FIELDS = NARROWING | ASK_FIELDS | {"name", "effect", "reason", "even_if_tainted"}


def parse(source: str, file: str, given: Known = NOTHING) -> Policy:
    """The policy, as version 0: the store gives it its number. `given` is what is known where it is to be in force.

    Raises:
        BadInput: with file, line, and what to write instead.
    """
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(source, file, error) from error
    except RecursionError as error:
        raise BadInput("this is nested too deeply", where=f"{file}, line 1") from error
    if root is None:
        raise BadInput("the policy is empty", where=f"{file}, line 1", mend="it needs defaults.ask")
    refuse_tags(Node(file, root))
    fields = known(Node(file, root), frozenset({"defaults", "rules"}))
    if is_older(fields):
        rules = distinct(tuple(older_rule(item, at) for at, item in enumerate(fields["rules"].items(), 1)))
        return Policy(0, rules, _default_ask(Node(file, root), fields, given) if "defaults" in fields else SHIPPED_ASK)
    default_ask = _default_ask(Node(file, root), fields, given)
    rules = tuple(_rule(item, default_ask, at, given) for at, item in enumerate(_items(fields.get("rules")), 1))
    _unique_names(fields.get("rules"), rules)
    return Policy(0, rules, default_ask)


def _items(node: Node | None) -> list[Node]:
    return node.items() if node else []


def _not_yaml(source: str, file: str, error: yaml.YAMLError) -> BadInput:
    """Syntax errors come with a mark, characters that YAML does not allow with a position."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark else source.count("\n", 0, getattr(error, "position", 0))
    why = getattr(error, "problem", "") or getattr(error, "reason", "")
    hint = "; a name that begins with @ stands in quotes: '@it-admins'" if "'@'" in why else ""
    return BadInput("this is not YAML", where=f"{file}, line {line + 1}", mend=why + hint)


def _default_ask(root: Node, fields: dict[str, Node], given: Known) -> Ask:
    if "defaults" not in fields:
        raise root.bad("defaults.ask is missing", "say whom to ask about writes that no rule speaks of")
    defaults = known(fields["defaults"], frozenset({"ask"}))
    if "ask" not in defaults:
        raise fields["defaults"].bad("defaults.ask is missing", "say whom to ask about writes that no rule speaks of")
    return ask(known(defaults["ask"], ASK_FIELDS), None, defaults["ask"], given)


def _rule(node: Node, default_ask: Ask, at: int, given: Known) -> Rule:
    if isinstance(node.node, yaml.MappingNode) and MARKS & set(node.fields()) and "effect" not in node.fields():
        return older_rule(node, at)
    fields = known(node, RULE_FIELDS)
    for needed in ("name", "effect"):
        if needed not in fields:
            raise node.bad(f"the rule has no {needed}")
    effect = choice(fields["effect"], RuleEffect)
    asks = ASK_FIELDS & set(fields)
    if asks and effect is not RuleEffect.ASK:
        first = min(asks)
        raise fields[first].bad(f"{first} goes with effect: ask only", "leave it out, or change the effect")
    return Rule(
        name=text(fields["name"]),
        effect=effect,
        ask=ask(fields, default_ask, node, given) if effect is RuleEffect.ASK else None,
        reason=fields["reason"].value(str) if "reason" in fields else "",
        even_if_tainted=flag(fields.get("even_if_tainted")),
        **narrowing(fields),
    )


def _unique_names(node: Node | None, rules: tuple[Rule, ...]) -> None:
    names = [rule.name for rule in rules]
    if node is not None and len(set(names)) < len(names):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise node.bad(f"two rules are named {twice!r}", "give each rule a name of its own")
