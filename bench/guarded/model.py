"""Rule 3, closed by default: what the model may cost and read, and what a guardrail stopped."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_shared_budgets.py::test_who_has_used_their_tokens_up_is_refused_before_anything_is_planned",
        (
            "who has used their budget up is not planned for",
            "return why or await _overspent(core, record)",
            "return why",
        ),
    ),
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_shared_budgets.py::test_withdrawing_in_time_is_not_free",
        (
            "a message that was withdrawn is paid for",
            "return await _abandon(core, record, prompt, reply)",
            "return record",
        ),
    ),
    *group(
        3,
        "bot/turns.py",
        "tests/bot/test_shared_budgets.py::test_what_was_spent_survives_a_restart",
        (
            "what a message cost is saved with it",
            "edit.spend(read + written)",
            "edit.spend(0)",
        ),
    ),
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_shared_budgets.py::test_messages_that_break_off_are_paid_for",
        (
            "a message that broke off is paid for",
            "        await _pay_for_broken(core, record, prompt)\n        raise",
            "        raise",
        ),
    ),
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_replies.py::test_replies_that_were_stored_side_by_side_do_not_get_around_it",
        (
            "what a requester adds is bounded where the model reads it",
            "return fitted([event for event in inbox if isinstance(event, ReplyReceived)], core.budgets)",
            "return [event for event in inbox if isinstance(event, ReplyReceived)]",
        ),
    ),
    *group(
        3,
        "bot/orchestrator.py",
        "tests/bot/test_replies.py::test_a_flood_while_a_card_waits_is_kept_to_its_limits_and_told_once",
        (
            "what a requester adds is bounded where it is stored",
            "if event := queued(reply, waiting, self.core.budgets):",
            "if event := reply:",
        ),
    ),
    *group(
        3,
        "bot/adapters/sqlite_changes.py",
        "tests/bot/test_shared_budgets.py::test_what_was_spent_survives_a_restart",
        (
            "what was spent is counted in the store",
            "yield SPEND, [] if change.spending is None else accounts_of(change.spending)",
            "yield SPEND, []",
        ),
    ),
    *group(
        3,
        "bot/planner.py",
        "tests/bot/test_strange_answers.py::test_a_model_that_cannot_write_a_call_is_stopped_in_words",
        (
            "a model whose calls cannot be read is stopped",
            "or _unreadable(record, core.budgets.unreadable)",
            "or ''",
        ),
    ),
    *group(
        3,
        "bot/adapters/anthropic_stream.py",
        "tests/bot/adapters/test_anthropic_kinds.py::test_what_a_guardrail_stopped_is_told_as_that",
        (
            "what a guardrail stopped is dropped",
            "stop_reason=INTERVENED if self.stopped_by_guardrail else self.stop_reason",
            "stop_reason=self.stop_reason",
        ),
    ),
    *group(
        3,
        "bot/adapters/anthropic_model.py",
        "tests/bot/adapters/test_anthropic_kinds.py::test_a_guardrail_is_named_by_both_headers_and_they_are_signed",
        ("the guardrail that is set is asked for", "extra_headers=self._asking.headers", "extra_headers=None"),
    ),
    *group(
        3,
        "bot/setting_models.py",
        "tests/bot/test_setting_models.py::test_what_is_wrong_is_named_with_what_to_write",
        (
            "a guardrail is not left out in silence",
            'yield self.kind == "bedrock", "COUNTERSIGN_GUARDRAIL_ID"',
            'yield True, "COUNTERSIGN_GUARDRAIL_ID"',
        ),
    ),
)
