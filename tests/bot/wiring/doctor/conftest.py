from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.wiring.doctor.ward import Ward, open_ward


@pytest.fixture
async def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ward]:
    async with open_ward(tmp_path) as opened:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):  # boto3 looks there, as it does for the bot
            monkeypatch.setenv(name, opened.environ[name])
        yield opened
