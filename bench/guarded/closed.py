"""Rule 3, closed by default: what is not known is refused, or waits."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        3,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_a_tool_that_is_not_there_is_denied_and_the_others_are_named",
        (
            "a tool that nobody offers is refused",
            (
                'return _call(proposal, index, use, unknown, "{}", call_id), _refused("unknown tool", '
                "_no_such(use, proposal))"
            ),
            "tool = unknown",
        ),
    ),
    *group(
        3,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_arguments_that_do_not_fit_are_denied_whatever_policy_allows",
        (
            "arguments that cannot be used are refused",
            ('return _call(proposal, index, use, tool, "{}", call_id), _refused("unusable arguments", f"{refused}.")'),
            'arguments = "{}"',
        ),
        ("arguments must fit the tool's schema", "error = misfit(tool.schema, arguments)", "error = None"),
    ),
    *group(
        3,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_otherwise_it_takes_none",
        (
            "an argument that the tool does not name is refused",
            'if strange and not schema.get("additionalProperties"):',
            "if False:",
        ),
    ),
    *group(
        3,
        "bot/fitting.py",
        "tests/bot/test_closing.py::test_an_unknown_member_is_refused_and_named",
        (
            "a member that a schema does not name is refused at any depth",
            "return closed(read, work.tick)",
            "return read",
        ),
    ),
    *group(
        3,
        "bot/turns.py",
        "tests/bot/test_executing.py::test_nobody_to_ask_is_refused_at_once_with_the_reason",
        ("what nobody can approve is refused at once", "    if not why:\n", "    if True:\n"),
    ),
    *group(
        3,
        "bot/turns.py",
        "tests/bot/test_planning.py::test_of_a_message_with_too_many_calls_the_rest_is_refused",
        ("a turn has so many calls", "        if index >= core.budgets.calls_per_turn:", "        if False:"),
    ),
    *group(
        3,
        "bot/turns.py",
        "tests/bot/test_planning.py::test_a_turn_that_cannot_be_used_is_dropped_and_said",
        ("a message that was cut off or refused is dropped", "    if reply.stop_reason in WORDS:", "    if False:"),
    ),
    *group(
        3,
        "bot/policy.py",
        "tests/bot/test_policy.py::test_every_small_policy_decides_by_the_strictest_rule",
        (
            "a rule that forbids wins over all others",
            "    if denying:",
            "    if denying and len(denying) == len(matching):",
        ),
        (
            "a rule that asks wins over one that allows",
            "    if asking:",
            "    if asking and len(asking) == len(matching):",
        ),
        ("what no rule speaks of and is no read is asked about", "    if gated:\n", "    if False:\n"),
    ),
    *group(
        3,
        "bot/policy.py",
        "tests/bot/test_policy.py::test_an_ask_that_names_nobody_is_not_opened_by_one_that_names_somebody",
        ("an ask that names nobody stays one that nobody can meet", " if all(ask.clauses for ask in asks) else ()", ""),
    ),
    *group(
        3,
        "bot/policy_match.py",
        "tests/bot/test_policy_fields.py::test_effect_risk_and_category",
        (
            "what cannot be told matches no rule that allows",
            "return bool(answer) if rule.effect is RuleEffect.ALLOW else answer is not False",
            "return answer is not False",
        ),
        (
            "what cannot be told matches a rule that denies or asks",
            "return bool(answer) if rule.effect is RuleEffect.ALLOW else answer is not False",
            "return bool(answer)",
        ),
    ),
    *group(
        3,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_where_nobody_is_named_nobody_can_agree",
        ("where nobody is named nobody can agree", "if not requirement.clauses or len(people)", "if len(people)"),
    ),
    *group(
        3,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_two_requirements_are_met_together_only_if_each_is",
        ("of two requirements that of nobody wins", " if first.clauses and second.clauses else Counter()", ""),
    ),
    *group(
        3,
        "bot/policy_nodes.py",
        "tests/bot/test_policy_file.py::test_what_is_wrong_is_said_with_file_and_line",
        ("a field that the policy does not know is refused", "        if name not in fields:", "        if False:"),
        ("an empty list in a rule is refused", "    if node and not items:", "    if False:"),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_without_a_secret_nothing_starts",
        ("without a signing secret nothing starts", "        if not self.secret.strip():", "        if False:"),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_each_header_is_there_once",
        (
            "each signature header stands there once",
            "if len(timestamps) != 1 or len(signatures) != 1:",
            "if not timestamps or not signatures:",
        ),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_more_than_five_minutes_either_way_are_not",
        ("a signature of another time does not pass", "> SKEW:", "> 2**40:"),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_another_signature_does_not_pass",
        (
            "a forged signature does not pass",
            'not hmac.compare_digest(wanted.encode(), claim.signature.encode("utf-8", "surrogateescape"))',
            "False",
        ),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_signatures_are_compared_in_constant_time",
        (
            "signatures are compared in constant time",
            'not hmac.compare_digest(wanted.encode(), claim.signature.encode("utf-8", "surrogateescape"))',
            "claim.signature != wanted",
        ),
    ),
    *group(
        3,
        "handlers/slack/signature.py",
        "tests/handlers/slack/test_signature.py::test_the_same_bytes_count_once_as_long_as_they_are_good",
        ("the same signed bytes count once", "        if claim.signature in self._until:", "        if False:"),
    ),
    *group(
        3,
        "handlers/slack_http.py",
        "tests/handlers/test_slack_http.py::test_nothing_is_unpacked_before_it_is_proven",
        ("a body is proven before it is looked at", "        self.signatures.check(claim, body)\n", ""),
        ("nothing is unpacked before it is proven", "auto_decompress=False", "auto_decompress=True"),
    ),
    *group(
        3,
        "bot/orchestrator.py",
        (
            "tests/bot/test_orchestrator.py::"
            "test_secrets_are_for_those_who_may_decide_and_for_nobody_while_the_directory_is_silent"
        ),
        (
            "a directory that is silent shows nobody a secret",
            "            return False\n        return",
            "            return True\n        return",
        ),
    ),
    *group(
        3,
        "bot/budgets.py",
        "tests/bot/test_budgets.py::test_a_limit_that_is_reached_is_named",
        ("a request has so many turns", "    if spent.turns >= budgets.turns:", "    if False:"),
    ),
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_planning.py::test_a_model_that_asks_for_card_after_card_is_stopped",
        (
            "a request that used its budget ends",
            "    why = exceeded(record.request.spent, core.budgets)",
            '    why = ""',
        ),
    ),
    *group(
        3,
        "bot/probing.py",
        "tests/bot/test_probing.py::test_a_read_that_policy_does_not_simply_allow_is_not_sent",
        (
            "a look is a read that policy simply allows",
            "return isinstance(decide(question, await core.store.policy()), Allow)",
            "return True",
        ),
    ),
    *group(
        3,
        "bot/adapters/sqlite_inspect.py",
        "tests/bot/adapters/test_sqlite_backup.py::test_a_copy_in_which_tables_and_indexes_differ_is_not_restored",
        (
            "a copy that is damaged is not restored",
            '    if (damage := _damage(connection)) != "ok":',
            '    if damage := "":',
        ),
    ),
)
