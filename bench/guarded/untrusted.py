"""Rule 8, untrusted text stays text, and secrets in it go nowhere."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        8,
        "bot/proposing.py",
        "tests/bot/test_proposing.py::test_untrusted_text_in_the_request_makes_policy_ask",
        ("policy hears of untrusted text", "tainted=call.tainted)", "tainted=False)"),
        ("a call knows of untrusted text before it", "tainted=bool(proposal.request.tainted_by),", "tainted=False,"),
    ),
    *group(
        8,
        "bot/executor.py",
        "tests/bot/test_hostile_model.py::test_a_result_of_an_approved_write_ends_what_was_allowed",
        ("results of a write taint, too", "        await taint(core, edit, [done])\n", ""),
    ),
    *group(
        8,
        "bot/policy.py",
        "tests/bot/test_policy.py::test_every_small_policy_decides_by_the_strictest_rule",
        (
            "untrusted text turns allow into ask",
            "gated and question.tainted and not any(rule.even_if_tainted for rule in allowing) and allowing",
            "False",
        ),
        (
            "only a rule that says so holds in spite of untrusted text",
            "and not any(rule.even_if_tainted for rule in allowing) and allowing:",
            "and not allowing and allowing:",
        ),
    ),
    *group(
        8,
        "bot/probing.py",
        "tests/bot/test_probing.py::test_a_secret_that_the_look_shows_is_redacted",
        ("what a look sees is redacted", "redact(value) if isinstance(value, str) else value", "value"),
    ),
    *group(
        8,
        "bot/inbox.py",
        "tests/bot/test_hostile_model.py::test_a_reason_of_an_approver_ends_what_was_allowed",
        ("an approver's reason taints", "    if voted.status is CallStatus.DENIED and vote.reason:", "    if False:"),
    ),
    *group(
        8,
        "bot/reading.py",
        "tests/bot/test_planning.py::test_results_of_a_server_that_is_not_trusted_taint",
        ("results of a server that is not trusted taint", "    await taint(core, edit, reads)\n", ""),
    ),
    *group(
        8,
        "bot/answering.py",
        "tests/bot/test_planning.py::test_secrets_in_results_reach_neither_the_model_nor_people",
        ("an answer is redacted before it is posted", "referred(redact(text), ", "referred(text, "),
    ),
    *group(
        8,
        "bot/outcomes.py",
        "tests/bot/test_outcomes.py::test_every_outcome_has_words_and_only_success_is_no_error",
        (
            "results are marked to the model",
            'return head + marked(text or "(no text)", f"{call.server} {call.tool}")',
            'return head + (text or "(no text)")',
        ),
    ),
    *group(
        8,
        "bot/outcomes.py",
        "tests/bot/test_outcomes.py::test_a_refusal_by_a_person_says_what_they_wrote",
        (
            "a denial's reason is marked to the model",
            "marked(redact(reason), 'the approver who denied it')",
            "redact(reason)",
        ),
    ),
    *group(
        8,
        "bot/conversation.py",
        "tests/bot/test_conversation.py::test_words_of_others_are_marked_and_taint",
        (
            "who wrote what decides whether it taints",
            "        untrusted = untrusted or not (message.ours or message.author == request.actor.user)\n",
            "",
        ),
        (
            "words of others are marked to the model",
            '    return marked(f"{message.author}: {text}", "another person in the thread")',
            '    return f"{message.author}: {text}"',
        ),
        (
            "words of the thread are redacted for the model",
            "text = visible(redact(message.text))",
            "text = visible(message.text)",
        ),
    ),
    *group(
        8,
        "bot/conversation.py",
        "tests/bot/test_conversation.py::test_nothing_hides_in_the_words_of_the_requester_either",
        (
            "nothing of the thread hides from the model",
            "text = visible(redact(message.text))",
            "text = redact(message.text)",
        ),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_untrusted.py::test_a_tag_inside_the_text_cannot_close_or_open_the_mark",
        ("a text cannot close its own mark", r'_TAG.sub(r"‹\1", visible(text))', "visible(text)"),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_untrusted.py::test_nothing_hides_inside_a_mark",
        ("nothing hides inside a mark", r'_TAG.sub(r"‹\1", visible(text))', r'_TAG.sub(r"‹\1", text)'),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_untrusted.py::test_a_character_that_hides_is_written_out",
        (
            "control and bidi characters are written out",
            "hides = unicodedata.category(char) in _HIDING or _UNSEEN.match(char)",
            "hides = _UNSEEN.match(char)",
        ),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_untrusted.py::test_what_stands_under_a_secret_s_name_is_redacted",
        (
            "what is assigned to a secret's name is redacted",
            "text = ASSIGNED.sub(_assigned, text)",
            "text = SHAPES.sub(REDACTED, text)",
        ),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_secrets.py::test_a_character_that_nobody_sees_does_not_hide_a_secret",
        ("a secret in disguise is redacted", "    if _DISGUISE.search(text):", "    if False:"),
        ("only small letters and digits are not searched", "if _PLAIN.fullmatch(text):", "if _PLAIN.match(text):"),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_secrets.py::test_a_token_on_two_lines_is_still_one",
        (
            "a secret on two lines is redacted",
            r'return _undisguised(text, _DISGUISE_OR_BREAK, (SPLIT,)) if "\n" in text else text',
            "return text",
        ),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_secrets.py::test_every_one_is_redacted_in_any_surroundings",
        (
            "what follows a word that announces a secret is redacted",
            "    for following in FOLLOWING if is_signed else UNSIGNED:",
            "    for following in ():",
        ),
    ),
    *group(
        8,
        "bot/untrusted.py",
        "tests/bot/test_untrusted.py::test_a_value_is_redacted_at_every_depth_and_under_every_secret_name",
        (
            "what stands under a secret's name is redacted",
            "REDACTED if _is_secret(key) and item else _redacted(item)",
            "_redacted(item)",
        ),
    ),
    *group(
        8,
        "bot/results.py",
        "tests/bot/test_results.py::test_secrets_are_gone_before_anything_is_kept",
        ("a result is redacted before it is kept", "_cut(redact(answer.text), most)", "_cut(answer.text, most)"),
    ),
    *group(
        8,
        "bot/logs.py",
        "tests/bot/test_logs.py::test_a_field_with_a_secret_s_name_is_redacted",
        (
            "a log line is redacted",
            "return json.dumps(redacted(said), default=lambda value: redact(str(value))",
            "return json.dumps(said, default=str",
        ),
    ),
    *group(
        8,
        "bot/secret_shapes.py",
        "tests/bot/test_untrusted.py::test_a_secret_is_redacted_wherever_it_stands",
        ("Slack tokens are redacted", "xox[abcdeprs]-", "(?!)xox[abcdeprs]-"),
        ("Slack app tokens are redacted", 'r"xapp-', 'r"(?!)xapp-'),
        ("Google API keys are redacted", "AIza[", "(?!)AIza["),
        ("GitHub tokens are redacted", "gh[pousr]_", "(?!)gh[pousr]_"),
        ("signed web tokens are redacted", "eyJ[", "(?!)eyJ["),
        ("private keys are redacted", "-----BEGIN [A-Z ]*PRIVATE KEY-----[", "(?!)-----BEGIN [A-Z ]*PRIVATE KEY-----["),
    ),
    *group(
        8,
        "bot/secret_shapes.py",
        "tests/bot/test_untrusted.py::test_the_end_of_an_address_for_posting_is_redacted",
        (
            "Slack's hook addresses are redacted",
            r"(?<=hooks\.slack\.com/services/)",
            r"(?!)(?<=hooks\.slack\.com/services/)",
        ),
    ),
    *group(
        8,
        "bot/secret_shapes.py",
        "tests/bot/test_secrets.py::test_every_one_is_redacted_in_any_surroundings",
        ("bearer tokens are redacted", "bearer)", "(?!)bearer)"),
        ("model keys are redacted", 'r"sk-(?=[A-Za', 'r"(?!)sk-(?=[A-Za'),
    ),
    *group(
        8,
        "bot/secret_shapes.py",
        "tests/bot/test_untrusted.py::test_the_user_part_of_an_address_is_redacted",
        ("passwords in addresses are redacted", "(?<=://)", "(?!)(?<=://)"),
    ),
)
