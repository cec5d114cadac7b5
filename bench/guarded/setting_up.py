"""Rule 9 at the command line: what sets the bot up and looks at it shows no secret and leaves none readable."""

from bench.guarded.guard import group

GUARDS = (
    *group(
        9,
        "bot/wiring/doctor/scrub.py",
        "tests/bot/wiring/doctor/test_examine.py::test_no_secret_is_in_anything_that_is_said",
        ("doctor says no secret that it was given", "text = text.replace(secret, REDACTED)", "continue"),
    ),
    *group(
        9,
        "bot/adapters/dotenv_file.py",
        "tests/bot/adapters/test_dotenv_file.py::test_the_file_is_its_owners_alone_whatever_it_was_before",
        ("settings are written for their owner alone", "PRIVATE = 0o600", "PRIVATE = 0o644"),
    ),
    *group(
        9,
        "handlers/cli/init.py",
        "tests/handlers/cli/test_init.py::test_a_person_is_asked_for_what_is_missing_and_asked_again_when_it_will_not_do",
        ("a secret is typed unseen", "hide_input=secret", "hide_input=False"),
    ),
    *group(
        9,
        "handlers/cli/init.py",
        "tests/handlers/cli/test_init.py::test_no_secret_is_ever_shown",
        ("a secret that is set is shown as set", 'return "set" if setup.is_secret(name) else value', "return value"),
    ),
)
