"""The times that an operator sets reach what keeps them."""

from datetime import timedelta
from pathlib import Path

from bot.orchestrator import Orchestrator
from bot.settings import Settings
from bot.wiring.local import local


async def test_lease_timeout_and_grace_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1-A0COUNT01-1",
        database_url=f"sqlite:///{tmp_path / 'countersign.sqlite3'}",
        google_token='{"token": "sandbox"}',
        google_api_url="http://127.0.0.1:9/google",
        lease="7",
        write_timeout="8",
        write_grace="9",
    )
    async with local(settings) as opened:
        orchestrator = opened.services.receive.__self__  # type: ignore[attr-defined]
        assert isinstance(orchestrator, Orchestrator)
        core = orchestrator.core
        suspend = (await core.toolbox.tools()).find("google__suspend_user")
        assert suspend is not None
        times = (opened.workflow.lease, suspend.timeout, core.operator.grace)
        assert times == (timedelta(seconds=7), 8.0, 9.0)
