"""Rule 4: people decide, and only people who may."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        4,
        "bot/claiming.py",
        "tests/bot/test_claiming.py::test_an_approval_keeps_its_time_where_policy_asks_nobody_any_more",
        (
            "an approval that nobody used in time expires",
            "if call.requirement is not None and call.requirement.execute_by <= now:",
            "if False:",
        ),
    ),
    *group(
        4,
        "bot/claiming.py",
        "tests/bot/test_stopping.py::test_who_left_is_named_on_the_card_and_in_the_thread_with_the_reason",
        (
            "the votes are judged again at the claim",
            "if not is_met(then, await _judged_again(core, request, call, then)):",
            "if not is_met(then, call.votes):",
        ),
    ),
    *group(
        4,
        "bot/claiming.py",
        "tests/bot/test_stopping.py::test_a_lost_vote_does_not_count_for_a_later_question_either",
        ("a lost vote does not come back to life", "    if not vote.judgement.counts:\n        return vote", ""),
    ),
    *group(
        4,
        "bot/claiming.py",
        "tests/bot/test_stopping.py::test_those_asked_first_must_still_agree_when_others_are_asked_as_well",
        (
            "those asked first must still agree",
            "    wanted = both(asks, then)\n",
            "    wanted = asks\n",
        ),
    ),
    *group(
        4,
        "bot/call_states.py",
        "tests/bot/test_call_states.py::test_a_vote_that_does_not_belong_here_is_refused",
        ("a vote is for its own call", "if vote.call_id != call.id or not", "if not"),
        (
            "a vote that does not count moves nothing",
            "or not vote.judgement.counts or call.requirement is None:",
            "or call.requirement is None:",
        ),
    ),
    *group(
        4,
        "bot/call_states.py",
        "tests/bot/test_call_states.py::test_a_call_goes_exactly_the_ways_of_the_table",
        ("one no is enough", "status = agreed if vote.yes else S.DENIED", "status = agreed"),
        (
            "a vote at the moment of expiry is too late",
            "event.vote.at >= call.requirement.expires_at",
            "event.vote.at > call.requirement.expires_at",
        ),
    ),
    *group(
        4,
        "bot/settling.py",
        "tests/bot/test_settling.py::test_a_row_expires_at_its_moment_and_not_before",
        ("who waits expires", "call.requirement.expires_at <= at", "call.requirement.expires_at < at"),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_the_same_human_under_two_ids_counts_once",
        ("the same human under two ids counts once", "vote.judgement.person.identity: vote for", "vote.id: vote for"),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_somebody_whom_no_clause_names_fills_no_seat",
        (
            "nobody counts for two clauses",
            "        if index not in seat_of or _seat(seat_of[index], could, seat_of, tried):",
            "        if True:",
        ),
        (
            "every clause asks for its own number of people",
            "for clause in clauses for _ in range(clause.count)]",
            "for clause in clauses]",
        ),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_votes_that_are_worth_nothing",
        ("a no is no yes", "if vote.yes and vote.judgement.counts]", "if vote.judgement.counts]"),
        ("a vote that does not count meets nothing", "if vote.yes and vote.judgement.counts]", "if vote.yes]"),
    ),
    *group(
        4,
        "bot/requirements.py",
        "tests/bot/test_requirements.py::test_two_requirements_are_met_together_only_if_each_is",
        (
            "of two requirements one that forbids self-approval wins",
            "first.self_approval and second.self_approval",
            "first.self_approval or second.self_approval",
        ),
    ),
    *group(
        4,
        "bot/planner.py",
        "tests/bot/test_withdrawing_meanwhile.py::test_somebody_elses_click_does_not_cut_the_model_short",
        (
            "only the requester cuts the model short",
            "isinstance(event, WithdrawReceived) and is_requester(request, event.actor)",
            "isinstance(event, WithdrawReceived)",
        ),
    ),
    *group(
        4,
        "bot/approvers.py",
        "tests/bot/test_approvers.py::test_some_never_count_even_if_they_are_named",
        ("a bot never counts", "    if person.is_bot:", "    if False:"),
        ("somebody of another workspace never counts", "    if person.is_stranger:", "    if False:"),
        ("a guest never counts", "    if person.is_guest:", "    if False:"),
        ("an account that is closed never counts", "    if not person.is_active:", "    if False:"),
    ),
    *group(
        4,
        "bot/approvers.py",
        "tests/bot/test_approvers.py::test_nobody_approves_their_own_request",
        (
            "nobody approves their own request",
            "return voter.identity == requester.identity and not allowed",
            "return False",
        ),
        (
            "nobody approves their own request under another id",
            "return voter.identity == requester.identity and not allowed",
            "return voter.user == requester.user and not allowed",
        ),
    ),
    *group(
        4,
        "bot/approvers.py",
        "tests/bot/test_approvers.py::test_who_is_not_named_does_not_count",
        ("who is not named does not count", 'return "" if named else NOT_NAMED', 'return ""'),
    ),
    *group(
        4,
        "bot/approvers.py",
        "tests/bot/test_approvers.py::test_every_answer_of_the_directory_is_newer_than_the_vote",
        (
            "the directory's word on the voter is newer than the vote",
            "ask.person(team, user, newer_than=since)",
            "ask.person(team, user)",
        ),
        (
            "the directory's word on the requester is newer than the vote",
            "ask.person(actor.team, actor.user, newer_than=since)",
            "ask.person(actor.team, actor.user)",
        ),
        (
            "the directory's word on groups is newer than the vote",
            "ask.members(actor.team, name, newer_than=since)",
            "ask.members(actor.team, name)",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        ("tests/bot/test_hostile_model.py::test_an_attached_call_cannot_be_approved_beside_the_one_that_stands_for_it"),
        (
            "an attached call is nobody's to decide",
            (
                '"\n    call = _find(edit, event.call_id)\n    if call is None or not call.approval_id:\n   '
                "     return _Said(event.id, event.actor,"
            ),
            (
                '"\n    call = _find(edit, event.call_id)\n    if call is None:\n        return '
                "_Said(event.id, event.actor,"
            ),
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_executing.py::test_an_approver_who_left_between_click_and_start_does_not_count",
        ("a click that does not count is refused", "    if not judgement.counts:\n", "    if False:\n"),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_executing.py::test_an_outsider_cannot_settle_an_unknown_call",
        (
            "a stranger cannot tell what became of a call",
            "if not judgement.counts and not _acted_alone(edit, call, judgement, event.actor):",
            "if False:",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_lost_calls.py::test_a_requester_who_has_left_may_not_tell",
        (
            "who acted alone must still be fit",
            "fit = judgement.person is not None and not approvers.unfit(judgement.person)",
            "fit = True",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_lost_calls.py::test_only_who_could_have_approved_it_may_tell",
        (
            "only of what nobody was asked about the requester may tell alone",
            "return fit and call.requirement is None and is_requester",
            "return fit and is_requester",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_lost_calls.py::test_of_a_call_that_policy_allowed_the_requester_may_tell_too",
        (
            "only the requester may tell of what nobody was asked about",
            "return fit and call.requirement is None and is_requester(edit.request, actor)",
            "return fit and call.requirement is None",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_silence.py::test_nobody_overtakes_a_click_that_is_kept",
        (
            "nobody overtakes a click that waits for the directory",
            ("isinstance(event, VoteReceived | VerdictReceived) and event.call_id in {one.call_id for one in kept}"),
            "False",
        ),
    ),
    *group(
        4,
        "bot/inbox.py",
        "tests/bot/test_silence.py::test_a_click_before_the_end_counts_though_it_is_judged_after_it",
        (
            "while the directory is silent nothing of the request is concluded",
            "and (silent is None or edit.request.cancelled_by):",
            ":",
        ),
    ),
    *group(
        4,
        "bot/withdrawing.py",
        "tests/bot/test_withdrawing.py::test_nobody_else_can_withdraw_it",
        ("only the requester withdraws", "    if not is_requester(request, event.actor):", "    if False:"),
    ),
    *group(
        4,
        "bot/withdrawing.py",
        "tests/bot/test_withdrawing.py::test_the_same_user_id_of_another_workspace_cannot_withdraw_it",
        (
            "the requester is of their own workspace",
            "(request.actor.team, request.actor.user) == (actor.team, actor.user)",
            "request.actor.user == actor.user",
        ),
    ),
    *group(
        4,
        "bot/preparing.py",
        "tests/bot/test_planning.py::test_a_guest_is_told_no",
        (
            "who is a guest may not ask",
            '    return f"I can\'t take requests from you: {why}" if why else ""',
            '    return ""',
        ),
    ),
)
