"""The peers live in an environment of their own, made from the hashed lock, so that nothing of theirs reaches ours."""

import os
import subprocess
import sys
from pathlib import Path

from bench.child import ROOT

ENVIRONMENT = ROOT / "bench" / ".venv-peers"
LOCK = ROOT / "requirements-bench.lock"


def python() -> str:
    """The peers' interpreter; its environment is made on first use and again when the lock is newer."""
    ready = ENVIRONMENT / ".ready"
    if not ready.exists() or ready.stat().st_mtime < LOCK.stat().st_mtime:
        _uv("venv", "--clear", "--python", sys.executable, str(ENVIRONMENT))
        _uv("pip", "install", "--require-hashes", "--requirement", str(LOCK))
        ready.touch()
    return str(ENVIRONMENT / "bin" / "python")


def _uv(*arguments: str) -> None:
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "--quiet", *arguments], check=True, env={**os.environ, "VIRTUAL_ENV": str(ENVIRONMENT)})
