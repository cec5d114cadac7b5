"""What others write that is not in people's own words: schemas of servers, and what somebody edits in the store."""

from bench.guarded.guard import group

PROOFS = "tests/bot/adapters/test_sqlite_proofs.py::"
EDITED_TOOLS = "tests/bot/test_edited_tools.py::"
STOPS = "tests/bot/test_fitting.py::test_a_schema_that_would_keep_us_busy_is_refused_in_time"
TOUCHED = "tests/bot/test_changed_outside.py::test_whoever_touches_it_is_told_at_once_and_nothing_is_kept"

GUARDS = (
    *group(
        3,
        "bot/fitting.py",
        "tests/bot/test_fitting.py::test_the_time_of_one_check_is_counted_as_a_whole",
        ("checking a schema ends soon", "        if self._clock() > self._until:", "        if False:"),
    ),
    *group(
        3,
        "bot/fitting.py",
        "tests/bot/test_fitting.py::test_a_pattern_is_stopped_in_the_middle",
        ("a pattern that is slow is stopped", ", timeout=max(self._until - self._clock(), 0.001)", ""),
    ),
    *group(
        3,
        "bot/fitting.py",
        "tests/bot/test_fitting.py::test_a_pattern_is_so_long",
        ("a long pattern is refused", "        if len(pattern) > LONGEST_PATTERN:", "        if False:"),
    ),
    *group(
        3,
        "bot/fitting.py",
        "tests/bot/test_fitting.py::test_a_call_holds_so_many_values",
        (
            "a call holds so many values",
            "        if (values := _values(arguments)) > MOST_VALUES:",
            "        if False:",
        ),
    ),
    *group(
        3,
        "bot/fitting.py",
        STOPS,
        (
            "what a reference leads to is a schema, too",
            "    for part in (read, *targets.values()):",
            "    for part in (read,):",
        ),
    ),
    *group(
        3,
        "bot/orchestrator.py",
        TOUCHED,
        (
            "a click on what somebody edited is not kept",
            "        await self._demand_unchanged(card.request_id)\n",
            "",
        ),
        (
            "what somebody edited is shown to nobody",
            "return await self._demand_unchanged((await self.core.store.card_rows(approval_id)).request_id)",
            "return await self.core.store.find_approval(approval_id)",
        ),
    ),
    *group(
        4,
        "bot/adapters/sqlite_proofs.py",
        PROOFS + "test_what_speaks_for_somebody_needs_a_proof_and_what_the_store_writes_does_not",
        (
            "what speaks for somebody needs a proof",
            "(proof is not None and hmac.compare_digest(proof, wanted))",
            "True",
        ),
    ),
    *group(
        4,
        "bot/adapters/sqlite_requests.py",
        PROOFS + "test_a_click_cannot_be_made_one_on_something_else",
        (
            "a click that somebody wrote is not judged",
            "        if proofs.has_event(proof, event_id, request_id, kind, body)\n",
            "        if True\n",
        ),
    ),
    *group(
        4,
        "bot/adapters/sqlite_config.py",
        PROOFS + "test_a_policy_that_we_did_not_publish_stops_everything_until_the_next_start",
        ("a policy that somebody wrote is not in force", "    proofs.demand_policy(proof, version, body)\n", ""),
    ),
    *group(
        1,
        "bot/adapters/sqlite_config.py",
        EDITED_TOOLS + "test_nothing_runs_with_tools_that_were_edited_while_a_card_waited",
        (
            "a snapshot of tools is what its digest was made of",
            'if digest != tools.digest or digest != tools_digest(plain["tools"], tools.missing):',
            "if False:",
        ),
    ),
    *group(
        7,
        "bot/trusting.py",
        EDITED_TOOLS + "test_who_clicks_is_told_and_the_card_says_so_until_the_row_is_back",
        (
            "who clicks is told of edited tools",
            "                await store.tools(record.request.tools)",
            "                pass",
        ),
    ),
    *group(
        4,
        "bot/adapters/sqlite_proofs.py",
        PROOFS + "test_nothing_can_move_from_one_part_of_a_row_to_the_next",
        ("no byte moves between the parts of a proof", "len(part).to_bytes(8) + part", "part"),
    ),
    *group(
        7,
        "bot/trusting.py",
        TOUCHED,
        (
            "what people see of an edited request says so",
            "            await store.show_again(request_id)",
            "            pass",
        ),
    ),
    *group(
        1,
        "bot/outbox.py",
        "tests/bot/test_changed_outside.py::test_a_card_that_nobody_has_seen_is_not_drawn_from_an_edited_record",
        (
            "no card is drawn from what somebody edited",
            "self.store.load if row.kind in OF_ITS_OWN else partial(trusted, self.store)",
            "self.store.load",
        ),
    ),
    *group(
        1,
        "bot/settling.py",
        "tests/bot/test_changed_outside.py::test_a_forged_outcome_is_not_passed_on_to_a_request_that_waits_for_it",
        (
            "a forged outcome is not passed on",
            "there = await load(core, (await core.store.call(call.attached_to)).request_id)",
            "there = await core.store.load((await core.store.call(call.attached_to)).request_id)",
        ),
    ),
)
