"""What shadow policies said otherwise is counted, for people and for programs."""

import json
from pathlib import Path

from bot.models.policy import Policy
from bot.policy_file import parse
from tests.engine import Engine, a_policy
from tests.handlers.cli.commands import command
from tests.world import World, says, suspend, uses

FREEZE = "{defaults: {ask: {approvers: ['@it-admins']}}, rules: [{name: freeze, effect: deny, effects: [write]}]}"


async def a_story(database: Path, shadow: Policy) -> None:
    world = World(script=[uses(suspend()), says("Finished.")])
    engine = await Engine.open(database, world, a_policy(), shadow=shadow)
    await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    await engine.close()


async def test_differences_are_counted_with_the_latest_calls(tmp_path: Path) -> None:
    file, other, database = tmp_path / "new.yml", tmp_path / "other.yml", tmp_path / "s.sqlite3"
    file.write_text(FREEZE, encoding="utf-8")
    other.write_text(FREEZE.replace("freeze", "stop"), encoding="utf-8")
    await a_story(database, parse(FREEZE, "new.yml"))
    at = ("--database", str(database))
    shown = command("policy", "shadow", *at)
    assert (shown.exit_code, shown.stderr) == (0, "2 time(s) a shadow said otherwise.\n")
    counted = next(line for line in shown.stdout.splitlines() if line.startswith("2"))
    assert counted.split()[:4] == ["2", "google__suspend_user", "ask", "deny"]
    as_json = json.loads(command("policy", "shadow", str(file), "--json", "--examples", "1", *at).stdout)
    assert as_json["differences"] == 2
    assert [(one["tool"], one["live"], one["shadow"], one["count"]) for one in as_json["counts"]] == [
        ("google__suspend_user", "ask", "deny", 2)
    ]
    assert [(one["rules"], one["status"]) for one in as_json["latest"]] == [(["freeze"], "approved")]
    assert command("policy", "shadow", str(other), *at).stderr == "0 time(s) a shadow said otherwise.\n"
