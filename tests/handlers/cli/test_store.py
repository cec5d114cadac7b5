"""`countersign store`: backup while the bot runs, restore while it does not, check at any time."""

import json
from pathlib import Path

from bot.adapters.sqlite_mark import beside
from tests.handlers.cli.commands import Place, command


async def test_a_running_store_is_copied_and_the_copy_put_back(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = place.read("store", "backup", str(copy))
    assert (made["file"], made["epoch"]) == (str(copy), 1)
    refused = place.run("store", "restore", str(copy))
    assert (refused.exit_code, "is in use" in refused.stderr, "stop the bot" in refused.stderr) == (2, True, True)
    await place.engine.close()
    restored = place.run("store", "restore", str(copy))
    assert restored.exit_code == 0
    assert "epoch 2" in restored.stdout
    assert "preparing" in restored.stderr
    again = place.read("store", "restore", str(copy))
    assert again["epoch"] == 3
    assert command("audit", "verify", again["kept"]).exit_code == 0


async def test_a_backup_never_overwrites(place: Place, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    refused = place.run("store", "backup", str(tmp_path / "notes"))
    assert (refused.exit_code, (tmp_path / "notes").read_text()) == (2, "mine")


async def test_a_sound_store_is_said_to_be_one(place: Place) -> None:
    checked = place.read("store", "check")
    values = {finding["name"]: finding["value"] for finding in checked["findings"]}
    assert (checked["ok"], values["integrity"], values["epoch"], values["open requests"]) == (True, "ok", "1", "1")
    assert values["journal"].startswith("wal, synchronous=FULL")
    assert "integrity" in place.run("store", "check").stdout


async def test_a_copy_at_rest_does_not_look_damaged(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    place.read("store", "backup", str(copy))
    copy.with_name("copy.epoch").write_bytes(beside(place.database).read_bytes())
    result = command("store", "check", "--json", "--database", str(copy))
    journal = next(one for one in json.loads(result.stdout)["findings"] if one["name"] == "journal")
    assert (result.exit_code, journal["is_fine"]) == (0, True)
    assert journal["value"].startswith("delete: a copy at rest; the bot turns it to wal")


async def test_a_file_that_is_no_database_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("these are notes" * 100)
    refused = command("store", "check", "--database", str(tmp_path / "notes"))
    assert (refused.exit_code, "this is not a SQLite database" in refused.stderr) == (2, True)


async def test_a_store_whose_age_nobody_knows_is_pointed_out(place: Place) -> None:
    await place.engine.close()
    beside(place.database).unlink()
    result = place.run("store", "check", "--json")
    bad = [finding["name"] for finding in json.loads(result.stdout)["findings"] if not finding["is_fine"]]
    assert (result.exit_code, bad) == (1, ["age"])
    assert "treats it as restored" in place.run("store", "check").stderr


async def test_a_damaged_store_is_pointed_out(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    place.read("store", "backup", str(copy))
    content = bytearray(copy.read_bytes())
    content[-4096 * 3 :] = b"\xff" * 4096 * 3
    copy.write_bytes(content)
    result = command("store", "check", "--database", str(copy))
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    await place.engine.close()
    refused = place.run("store", "restore", str(copy))
    assert refused.exit_code == 2


async def test_a_damaged_store_is_replaced_and_the_output_says_where_it_is(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    place.read("store", "backup", str(copy))
    await place.engine.close()
    place.database.write_bytes(b"noise" * 1000)
    restored = place.run("store", "restore", str(copy))
    kept = f"{place.database}.before-damaged"
    assert (restored.exit_code, f"before: {kept}" in restored.stdout, kept in restored.stderr) == (0, True, True)
    assert place.run("store", "check").exit_code == 0
