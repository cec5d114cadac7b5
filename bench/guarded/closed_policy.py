"""Rule 3, closed by default, in what policy makes of texts, names, people and times."""

from bench.guarded.guard import group

TESTS = "tests/bot/test_policy_fields.py::"
CEDAR = "tests/bot/test_policy_cedar.py::"

GUARDS = (
    *group(
        3,
        "bot/policy_values.py",
        f"{TESTS}test_a_condition_compares_one_argument",
        ("a path that turns is not told by how it looks", "    if turns(value):", "    if False:"),
        ("nor once it is folded", "return None if turns(other) or test(", "return None if test("),
        ("what nobody sees makes no other text", ' if unicodedata.category(one) != "Cf")', ")"),
    ),
    *group(
        3,
        "bot/policy_index.py",
        "tests/bot/test_policy.py::test_a_pattern_of_a_rule_that_asks_or_denies_means_every_case",
        (
            "case opens nothing",
            "return fits or (self.lowered is not None and self.lowered.match(name.lower()))",
            "return fits",
        ),
        (
            "a rule that allows means its names to the letter",
            "    if rule.effect is RuleEffect.ALLOW:",
            "    if False:",
        ),
    ),
    *group(
        3,
        "bot/policy_file.py",
        "tests/bot/test_policy_file.py::test_what_is_wrong_is_said_with_file_and_line",
        ("a tag of YAML is refused", "    refuse_tags(Node(file, root))\n", ""),
    ),
    *group(
        3,
        "bot/policy_cedar_fields.py",
        f"{CEDAR}test_a_gateway_that_does_not_know_the_channel_permits_nothing_that_depends_on_it",
        (
            "Cedar: an unknown channel permits nothing",
            '_if_given("context", "channel", test, otherwise=not is_allow)',
            '_if_given("context", "channel", test, otherwise=is_allow)',
        ),
    ),
    *group(
        3,
        "bot/policy_cedar_fields.py",
        f"{CEDAR}test_a_gateway_that_does_not_know_the_surface_permits_nothing_that_depends_on_it",
        (
            "Cedar: an unknown surface permits nothing",
            '_if_given("context", "surface", test, otherwise=not is_allow)',
            '_if_given("context", "surface", test, otherwise=is_allow)',
        ),
    ),
    *group(
        3,
        "bot/policy_cedar_fields.py",
        f"{CEDAR}test_a_gateway_that_does_not_know_the_people_permits_nothing_that_depends_on_them",
        (
            "Cedar: unknown people permit nothing",
            '_if_given("context", "people", test, otherwise=not is_allow)',
            '_if_given("context", "people", test, otherwise=is_allow)',
        ),
    ),
    *group(
        3,
        "bot/claiming.py",
        "tests/bot/test_claiming.py::test_a_shorter_time_of_a_tighter_policy_counts_from_when_people_were_asked",
        (
            "a shorter time counts for what is approved",
            "    if asks and then.since and then.since + (asks.execute_by - now) <= now:",
            "    if False:",
        ),
    ),
    *group(
        3,
        "bot/turns.py",
        (
            "tests/bot/test_confirming_targets.py::"
            "test_a_target_that_cannot_be_typed_is_refused_and_nothing_else_is_typed_for_it"
        ),
        (
            "a target that cannot be typed is refused",
            "        if isinstance(decision, MustAsk) and _cannot_be_typed(call, decision, toolset):",
            "        if False:",
        ),
    ),
    *group(
        3,
        "bot/confirming.py",
        "tests/bot/test_confirming_targets.py::test_a_target_that_cannot_be_typed_is_not_confirmed_by_the_name_of_its_tool",
        ("nothing is typed in place of the target", "    if untypable(call, tool):", "    if False:"),
    ),
    *group(
        3,
        "bot/approvers.py",
        "tests/bot/test_confirming.py::test_codes_that_nobody_was_enrolled_for_are_refused_at_once",
        (
            "codes that nobody has are not waited for",
            "        return await _without_codes(core, requirement, able)",
            '        return ""',
        ),
    ),
    *group(
        3,
        "bot/confirming.py",
        "tests/bot/test_confirming.py::test_a_click_without_the_question_does_not_count_once_policy_wants_one",
        (
            "a click that asked nothing confirms nothing",
            "if ballot.yes and ballot.asked else {}",
            "if ballot.yes else {}",
        ),
    ),
    *group(
        3,
        "handlers/slack/payloads.py",
        "tests/handlers/slack/test_payloads.py::test_a_click_says_whether_its_button_asked_first",
        (
            "a button that asked nothing does not say so",
            'asked=_text(action, "value").endswith(ids.ASKED),',
            "asked=True,",
        ),
    ),
    *group(
        3,
        "bot/risk.py",
        "tests/bot/test_risk.py::test_every_written_case_has_its_level",
        (
            "what nobody sees hides no dangerous word",
            'return folded(_ESCAPE.sub(" ", arguments))',
            'return _ESCAPE.sub(" ", arguments).lower()',
        ),
    ),
)
