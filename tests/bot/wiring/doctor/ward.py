"""A workspace, a model and a folder for doctor to look at, over real sockets."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.wiring.doctor.examine import MANIFEST, Where, examine
from bot.wiring.doctor.finding import Finding, State
from sandbox.__main__ import bot_environment
from sandbox.manifest import granted
from sandbox.parts import Sandbox
from sandbox.slack.faults import Fault
from sandbox.slack.workspace import Workspace
from tests.factories import HandClock
from tests.sandbox.slack.stage import NOON, Stage, open_stage


@dataclass
class Ward:
    """`found` are the findings of the last look, by name."""

    stage: Stage
    folder: Path
    environ: dict[str, str]
    clock: HandClock

    @property
    def sandbox(self) -> Sandbox:
        return self.stage.sandbox

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.slack.workspace

    @property
    def dotenv(self) -> Path:
        return self.folder / ".env"

    @property
    def database(self) -> Path:
        return Path(self.environ["DATABASE_URL"].removeprefix("sqlite:///"))

    def break_method(self, method: str, **fault: object) -> None:
        self.sandbox.slack.faults.methods[method] = Fault(**fault)  # type: ignore[arg-type]

    def where(self, limit: float = 60.0, manifest: Path = MANIFEST) -> Where:
        """With time for slow machines, unless a test is about time."""
        return Where(self.environ, (self.dotenv, self.folder / "countersign.yml"), self.clock, manifest, limit)

    async def look(self, limit: float = 60.0, **changes: str) -> dict[str, Finding]:
        """Findings by name, with these changes to the environment."""
        self.environ |= changes
        return by_name(await examine(self.where(limit)))


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    found = {finding.name: finding for finding in findings}
    assert len(found) == len(findings), "two findings have one name"
    return found


def states(found: Mapping[str, Finding], *but: State) -> set[State]:
    return {finding.state for finding in found.values()} - set(but)


def as_text(found: Mapping[str, Finding]) -> str:
    return json.dumps([asdict(finding) for finding in found.values()], ensure_ascii=False)


@asynccontextmanager
async def open_ward(folder: Path) -> AsyncIterator[Ward]:
    async with open_stage() as stage:
        stage.sandbox.slack.workspace.app = granted(MANIFEST)
        environ = bot_environment({}, stage.address, folder)
        del environ["GOOGLE_TOKEN_JSON"]  # making its server anew for each look takes longer than all the rest
        yield Ward(stage, folder, environ, HandClock(NOON))
