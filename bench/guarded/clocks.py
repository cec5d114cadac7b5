"""Rule 4, time: by a clock that is not the directory's nothing is decided, run or saved."""

from bench.guarded.guard import group

DIFFERS = "tests/bot/test_clock_differs.py::"

GUARDS = (
    *group(
        4,
        "bot/claiming.py",
        f"{DIFFERS}test_what_policy_allows_does_not_run_by_it_either",
        (
            "what nobody was asked about does not run by a wrong clock",
            "    await approvers.heed_the_clock(core, request)\n",
            "",
        ),
    ),
    *group(
        4,
        "bot/settling.py",
        f"{DIFFERS}test_nothing_expires_by_it",
        ("nothing expires by a wrong clock", "        await heed_the_clock(core, edit.request)\n", "        pass\n"),
    ),
    *group(
        4,
        "bot/steps.py",
        f"{DIFFERS}test_nothing_expires_by_it",
        ("nothing is saved by a wrong clock", "    if isinstance(away, ClockDiffers):", "    if False:"),
    ),
    *group(
        4,
        "bot/inbox.py",
        f"{DIFFERS}test_nobody_is_told_anything_by_it_and_a_click_stays_as_it_came",
        ("nobody is told anything by a wrong clock", "        except ClockDiffers:\n            raise\n", ""),
    ),
    *group(
        4,
        "bot/inbox.py",
        f"{DIFFERS}test_another_click_lets_nothing_expire_by_it",
        (
            "nothing expires beside a click by a wrong clock",
            "        await conclude_in_time(core, edit)\n",
            "        from bot.settling import conclude\n\n        conclude(edit)\n",
        ),
    ),
    *group(
        4,
        "bot/reminders.py",
        f"{DIFFERS}test_nobody_is_reminded_or_joins_by_it",
        (
            "nobody is reminded or joins by a wrong clock",
            "        await heed_the_clock(core, edit.request)\n",
            "        pass\n",
        ),
    ),
    *group(
        4,
        "bot/executor.py",
        f"{DIFFERS}test_a_call_that_was_cut_short_is_not_given_up_by_it",
        ("nothing is given up by a wrong clock", "    await heed_the_clock(core, record.request)\n", ""),
    ),
)
