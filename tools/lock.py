"""Refreshes the hashed lock files. They name no download address: `uv pip compile` leaves the index out."""

import subprocess
import sys
from pathlib import Path

COMMON = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet", "--upgrade")
EXTRAS = ("--extra", "google", "--extra", "cedar")
LOCKS = {
    "requirements.lock": ("pyproject.toml", "--extra", "google"),
    "requirements-dev.lock": ("pyproject.toml", *EXTRAS, "--group", "dev", "tools/build.in"),
    "requirements-uv.lock": ("tools/uv.in",),
    "requirements-bench.lock": ("bench/peers.in",),
}


def main() -> None:
    uv = Path(sys.executable).with_name("uv")
    for lock, sources in LOCKS.items():
        subprocess.run([uv, "pip", "compile", *COMMON, *sources, "--output-file", lock], check=True)


if __name__ == "__main__":
    main()
