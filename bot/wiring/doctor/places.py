"""Files with secrets in them: who may read them."""

import stat
from pathlib import Path

from bot.adapters.sqlite_mark import beside
from bot.wiring.doctor.finding import Finding, ok, skipped, warn


def files(secret_files: tuple[Path, ...], database: Path) -> list[Finding]:
    """The settings and codes, the store, and what stands beside it."""
    with_secrets = [*secret_files, database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))]
    there = [file for file in (*with_secrets, beside(database)) if file.is_file()]
    if not there:
        return [skipped("files", "there is neither .env nor a store yet")]
    open_ones = [file for file in there if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if not open_ones:
        return [ok("files", f"{len(there)} file(s) are this user's alone", files=[str(file) for file in there])]
    return [_open(file) for file in open_ones]


def _open(file: Path) -> Finding:
    mode = stat.S_IMODE(file.stat().st_mode)
    what = f"others on this machine may read {file} (mode {mode:03o})"
    return warn(f"files.{file.name}", what, f"chmod 600 {file}", mode=f"{mode:03o}", file=str(file))
