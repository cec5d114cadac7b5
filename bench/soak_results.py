"""What an attack tried and what happened, one JSON object a line, for docs/proof.md."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Result:
    """One kind of attack. `happened` are counts by what became of it; `violations` are sentences, the first 50.

    `violated` counts all of them. `seconds` is wall time. `shard` is "K/N": this run took every Nth, from K on.
    """

    attack: str
    tried: int
    happened: Mapping[str, int]
    violated: int
    violations: Sequence[str] = ()
    seed: int = 0
    shard: str = "0/1"
    seconds: float = 0.0


@dataclass(slots=True)
class Report:
    """Prints each result, and adds it to the file if there is one."""

    path: Path | None
    seed: int
    shard: str
    violated: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def add(self, attack: str, tried: int, happened: Mapping[str, int], violations: Sequence[str]) -> None:
        """One kind of attack is over."""
        seconds = round(time.monotonic() - self._begun, 1)
        self._begun = time.monotonic()
        told = tuple(violations[:SHOWN])
        result = Result(attack, tried, dict(happened), len(violations), told, self.seed, self.shard, seconds)
        self.violated += len(violations)
        print(f"{attack}: {tried:,} tried in {seconds:,.0f} s, {len(violations)} violations", flush=True)
        for name, times in happened.items():
            print(f"  {name:32}{times:10,}")
        for what in told:
            print(f"  ! {what}")
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(result))}\n")
