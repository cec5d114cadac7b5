"""The process that knows an outcome saves it beside its other work, whoever works on the request."""

from pathlib import Path

from bot.call_states import Finished
from bot.edit import Edit
from bot.models.call import Attempt, CallStatus, Result
from bot.models.request import Record, RequestStatus
from bot.orchestrator import Orchestrator
from bot.settings import Settings
from bot.unsaved import Unsaved
from bot.wiring.local import local
from tests.factories import NOW, a_call, a_request, a_turn


async def test_an_outcome_that_was_not_saved_is_saved_by_the_running_loop(tmp_path: Path) -> None:
    settings = Settings(slack_bot_token="xoxb-1", database_url=f"sqlite:///{tmp_path / 'countersign.sqlite3'}")
    async with local(settings) as opened:
        orchestrator = opened.services.receive.__self__  # type: ignore[attr-defined]
        assert isinstance(orchestrator, Orchestrator)
        core = orchestrator.core
        edit = Edit(Record(a_request(version=0, status=RequestStatus.EXECUTING)), NOW)
        edit.add_turn(a_turn())
        edit.put(a_call(status=CallStatus.STARTED, attempt=Attempt("t1", NOW, 20.0, 5.0)))
        await opened.store.receive(edit.change(), ["event"])
        outcome = Finished("t1", CallStatus.SUCCEEDED, Result("done", NOW))
        core.unsaved.keep(Unsaved("r1", "c1", outcome, ""))
        await opened.workflow.pump()
        assert [call.status for call in (await opened.store.load("r1")).calls] == [CallStatus.SUCCEEDED]
        assert core.unsaved.requests == ()
