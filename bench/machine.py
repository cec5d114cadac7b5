"""The machine a run was made on, in words: what a reader needs to compare the figures with their own."""

import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

OURS = ("slack-bolt", "slack-sdk", "aiohttp", "anthropic", "fastmcp", "msgspec")


def describe(data: Path) -> dict[str, str]:
    """`data` is on the disk that is measured. Called before the run, so that `load` is the others' work."""
    packages = ", ".join(f"{name} {version(name)}" for name in OURS)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": f"{os.cpu_count()} × {_cpu()}",
        "load": f"{os.getloadavg()[0]:.1f} runnable processes in the minute before",
        "kernel": f"{platform.system()} {platform.release()}",
        "disk": disk(data),
        "Python": f"{platform.python_implementation()} {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}",
        "packages": packages,
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def disk(data: Path) -> str:
    """File system and block device behind `data`, as Linux reports them; elsewhere only that it is unknown."""
    device = data.stat().st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    kind = file_system(_mounts(), f"{os.major(device)}:{os.minor(device)}")
    if not block.exists():
        return f"{kind}, no block device of its own"
    queue = next((path for path in (block / "queue", block.resolve().parent / "queue") if path.exists()), None)
    return f"{kind} on {block.resolve().name}{_queue(queue)}"


def _mounts() -> Sequence[str]:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()


def file_system(mounts: Sequence[str], device: str) -> str:
    """The type in the line of mountinfo (man 5 proc) whose third field is `device`."""
    for line in mounts:
        if line.split()[2] == device:
            return line.partition(" - ")[2].split()[0]
    return "unknown file system"


def _queue(queue: Path | None) -> str:
    if queue is None:
        return ""
    rotational = (queue / "rotational").read_text(encoding="utf-8").strip() == "1"
    cache = (queue / "write_cache").read_text(encoding="utf-8").strip()
    return f" (the kernel calls it {'rotational' if rotational else 'solid state'}, cache: {cache})"
