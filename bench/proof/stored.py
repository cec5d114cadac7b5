"""What is kept: power losses, edited rows, tampered trails and copies that are put back."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.mutations import play
from bench.power_loss import Losses, power_losses
from bench.proof.bots import Theirs, a_world
from bench.proof.hostile import on_whom, someone
from bench.proof.values import MOST_TOLD, Row, Side, side
from bot.models.audit import Stored, first_flaw
from tests.restored import EVERY, everybody_clicks, opened, put_back, told
from tests.tampers import LONGEST, WAYS, chained
from tests.world import suspend, uses

GROUP = "What is kept"
POWER = "power lost at a random moment"
EDITED = "a stored row that is edited"
TAMPERED = "an audit trail that is tampered with"
RESTORED = "an old copy of the store that is put back"


def power(rounds: int, seed: int) -> Row:
    """The baseline is the same store on a connection that does not sync its commits."""
    return Row(GROUP, POWER, _lost(power_losses(rounds, seed)), _lost(power_losses(rounds, seed, relaxed=True)))


def _lost(losses: Losses) -> Side:
    shown = ("acknowledged writes", "in the middle of the work")
    tried = losses.count["power losses"]
    broken = len({what.partition(":")[0] for what in losses.violations})
    why = ("acknowledged writes were lost",) if broken else ()
    return Side(tried, broken, {name: losses.count[name] for name in shown}, why)


async def edits(rounds: int, seed: int) -> Row:
    """The baseline keeps its calls in memory; there they are edited."""
    done = await play(rounds, seed)
    ours = Side(done.tried, len(done.violations), dict(done.happened), tuple(done.violations[:MOST_TOLD]))
    return Row(GROUP, EDITED, ours, side([await _changed(Random(f"{seed} {n}")) for n in range(min(rounds, 1000))]))


async def _changed(rng: Random) -> str:
    """Between the card and the click the call becomes another one."""
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder:
        bot = await Theirs.open(a_world(), Path(folder) / "marks.json")
        bot.world.script = [uses(suspend(someone(rng)))]
        await bot.ask()
        other = someone(rng)
        bot.bot.pending["suspend_user"] = json.dumps({"user_key": other})
        await bot.click()
        return "an edited call ran" if on_whom(bot) == [other] else ""


def tampers(times: int, seed: int) -> Row:
    """The baseline is a trail of numbered rows without hashes, of which only the numbers can be looked at."""
    ours, theirs = [], []
    for number in range(times):
        dice = Random(f"{seed} {number}")
        way = WAYS[number % len(WAYS)]
        events = chained(dice.randint(2, LONGEST))
        rows, bad = way(dice, events)
        flaw = first_flaw("r1", rows, len(events), events[-1].hash)
        ours.append("" if flaw is not None and flaw.row == bad else f"{way.__name__}: not found")
        theirs.append("" if _numbers_tell(rows) else f"{way.__name__}: not found")
    return Row(GROUP, TAMPERED, side(ours), side(theirs))


def _numbers_tell(rows: Sequence[Stored]) -> bool:
    """Whether a gap, a number twice or an unreadable row gives it away."""
    numbers = [number for number, event in rows if event is not None and event.seq == number]
    return numbers != list(range(1, len(rows) + 1))


async def restores(scripts: int) -> Row:
    """Every different content of the store, in so many scripts. The baseline keeps nothing that could be put back."""
    found = []
    for script in EVERY[:scripts]:
        copies, now = await told(script)
        for copy in copies:
            async with opened(script, put_back(copy, now)) as life:
                before = list(life.world.effects)
                await everybody_clicks(life)
                found.append("" if life.world.effects == before else f"{script.name}: something ran again")
    return Row(GROUP, RESTORED, side(found))
