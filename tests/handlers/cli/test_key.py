"""`countersign key`."""

from bot.settings import Settings
from tests.handlers.cli.commands import command


def test_each_key_is_a_new_one_that_the_settings_take() -> None:
    keys = {command("key").stdout.strip() for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "COUNTERSIGN_SECRET_KEY": key}
        assert Settings.load(given).secret_key == key
