"""What takes long to load holds nobody up, and says what is wrong with it."""

import pytest

from bot.errors import BadInput
from bot.settings import Settings
from bot.wiring.late import Late


def settings(google_token: str = "") -> Settings:
    return Settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1-A0COUNT01-1",
        database_url="sqlite:///unused.sqlite3",
        google_token=google_token,
    )


async def test_whoever_asks_early_waits_for_the_tools() -> None:
    late = Late(settings())
    assert (await late.tools()).tools == ()
    await late.loaded()
    await late.close()


async def test_settings_that_a_tool_cannot_use_are_told() -> None:
    late = Late(settings(google_token="no token"))
    with pytest.raises(BadInput, match="GOOGLE_TOKEN_JSON"):
        await late.loaded()
    await late.close()
