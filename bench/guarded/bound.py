"""Rule 1, bound: what people approved is what runs, byte for byte."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        1,
        "bot/canonical.py",
        "tests/bot/test_canonical.py::test_what_two_readers_could_read_differently_is_refused",
        ("a key that stands there twice is refused", "        if folded in seen:", "        if False:"),
        ("keys that differ in case only count as the same", "        folded = _folded(key)", "        folded = key"),
        (
            "keys that only look the same count as the same",
            'return unicodedata.normalize("NFKC", once.casefold())',
            "return key.casefold()",
        ),
        ("NaN and infinities are refused", "parse_constant=_not_a_number", "parse_constant=str"),
        (
            "a whole number too large to be exact is refused",
            "if len(written) > 17 or abs(int(written)) > MAX_SAFE_INTEGER:",
            "if False:",
        ),
        (
            "a number that can be written in several ways is refused",
            'if written != exact or "e" in exact or "n" in exact or exact == "-0.0":',
            "if False:",
        ),
        ("half of a character is refused", "        value.encode()", '        value.encode("utf-8", "surrogatepass")'),
        ("arguments that are no object are refused", "    if not isinstance(value, dict):", "    if False:"),
    ),
    *group(
        1,
        "bot/canonical.py",
        "tests/bot/test_canonical.py::test_keys_are_sorted_at_every_level_and_spaces_go",
        ("keys are sorted", "for key in sorted(value))", "for key in value)"),
    ),
    *group(
        1,
        "bot/canonical.py",
        "tests/bot/test_canonical.py::test_two_lists_of_fields_never_share_a_digest",
        (
            "the ends of each field are in the digest",
            'body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)',
            'body = "".join(fields)',
        ),
    ),
    *group(
        1,
        "bot/adapters/anthropic_stream.py",
        "tests/bot/adapters/test_anthropic_stream.py::test_a_tool_input_that_was_not_streamed_is_not_trusted",
        (
            "only the text of a tool input that was streamed is taken",
            'if any(block.began.get("input") and not block.raw_input for block in uses):',
            "if False:",
        ),
    ),
    *group(
        1,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_another_requester_or_policy_version_changes_the_digest",
        ("the digest covers the requester's workspace", "        request.actor.team,\n", ""),
        ("the digest covers the requester", "        request.actor.user,\n", ""),
        ("the digest covers the policy version", "str(call.policy_version), call.id)", "call.id)"),
    ),
    *group(
        1,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_any_change_of_a_bound_field_changes_the_digest",
        ("the digest covers the server's alias", "        call.server,\n", ""),
        ("the digest covers the server's configuration", "        call.server_digest,\n", ""),
        ("the digest covers the tool", "        call.tool,\n", ""),
        ("the digest covers the tool's schema", "        call.schema_digest,\n", ""),
        ("the digest covers the arguments", "        call.arguments,\n", ""),
        ("the digest covers the account", "        call.account,\n", ""),
        ("the digest covers the region", "        call.region,\n", ""),
        ("the digest covers the call's id", "str(call.policy_version), call.id)", "str(call.policy_version))"),
    ),
    *group(
        1,
        "bot/proposing.py",
        "tests/bot/test_claiming.py::test_the_tool_is_the_one_that_was_decided_about",
        (
            "the accepted tool is known by its schema",
            "return pins == (tool.full_name, tool.schema_digest, tool.server_digest, tool.effect)",
            "return pins == (tool.full_name, call.schema_digest, tool.server_digest, tool.effect)",
        ),
        (
            "the accepted tool is known by its server",
            "return pins == (tool.full_name, tool.schema_digest, tool.server_digest, tool.effect)",
            "return pins == (tool.full_name, tool.schema_digest, call.server_digest, tool.effect)",
        ),
        (
            "the accepted tool is known by its effect",
            "return pins == (tool.full_name, tool.schema_digest, tool.server_digest, tool.effect)",
            "return pins == (tool.full_name, tool.schema_digest, tool.server_digest, call.effect)",
        ),
    ),
    *group(
        1,
        "bot/claiming.py",
        "tests/bot/test_binding.py::test_no_mutation_between_vote_and_start_ever_runs",
        ("the digest is worked out again at the claim", "if bound(call, request) != call.digest:", "if False:"),
    ),
    *group(
        1,
        "bot/claiming.py",
        "tests/bot/test_executing.py::test_a_policy_that_forbids_it_after_the_vote_stops_it",
        (
            "at the claim policy may forbid what it let people approve",
            "    if isinstance(decision, Deny):",
            "    if False:",
        ),
    ),
    *group(
        1,
        "bot/claiming.py",
        "tests/bot/test_claiming.py::test_what_policy_allowed_does_not_leave_once_it_asks_people",
        (
            "what policy allowed does not leave when it asks people now",
            'return Revoked(decision.rules, f"Policy v{policy.version} now asks people first.", now)',
            "pass",
        ),
    ),
    *group(
        1,
        "bot/claiming.py",
        "tests/bot/test_claiming.py::test_the_tool_is_the_one_that_was_decided_about",
        (
            "at the claim the tool must be the one that was decided about",
            "if tool is not None and not is_about(call, tool):",
            "if False:",
        ),
    ),
    *group(
        1,
        "bot/trusting.py",
        "tests/bot/test_sealing.py::test_nothing_is_done_with_an_edited_request_until_it_is_as_it_was",
        (
            "nothing is done with a record that somebody edited",
            "if why := edited(record, await store.audit(request_id)):",
            'if why := "":',
        ),
    ),
    *group(
        1,
        "bot/sealing.py",
        "tests/bot/test_sealing.py::test_an_edited_record_is_found",
        (
            "the end of the trail vouches for the record",
            "in (None, seal(record)) else CHANGED",
            'in (None, seal(record)) else ""',
        ),
    ),
    *group(
        1,
        "bot/sealing.py",
        "tests/bot/test_sealing.py::test_an_edited_or_shortened_trail_is_found",
        ("a trail that was written anew is found", '(head.hash if head else "") != request.audit_hash:', "False:"),
    ),
    *group(
        1,
        "bot/adapters/mcp_toolbox.py",
        "tests/bot/adapters/test_mcp_toolbox.py::TestMcpToolbox::test_arguments_that_are_not_canonical_are_not_sent",
        ("stored arguments that can be read in two ways are not sent", "if not _is_canonical(arguments):", "if False:"),
    ),
)
