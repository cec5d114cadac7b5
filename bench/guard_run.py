"""Takes guards away, one by one and only in memory, and looks whether a test notices.

`python -m bench.guard_run [--part K --parts N] [--only WORDS]` prints one JSON line per guard. Every guard gets a
process of its own, forked from one that has the libraries and pytest loaded but nothing of ours.
"""

import argparse
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from bench.child import ROOT
from bench.guarded.guard import Guard
from bench.guards import GUARDS

LIBRARIES = (
    "aiohttp.web", "anthropic", "anyio.pytest_plugin", "fastmcp.client", "fastmcp.server.server", "fastmcp.tools",
    "google.auth.transport.requests", "google.oauth2.service_account", "googleapiclient.discovery", "griffe",
    "hypothesis", "jsonschema", "key_value.aio.stores.memory", "markdown_it", "msgspec", "playwright.async_api",
    "pytest_asyncio", "pytest_timeout", "slack_bolt.adapter.socket_mode.aiohttp", "slack_bolt.async_app",
    "slack_sdk.models.blocks", "slack_sdk.web.async_client", "yaml",
)  # fmt: skip
PLAIN = (
    "tests", "-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout=0", "--tb=native",
    "--assert=plain", "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
"""Quick: nobody reads the failures. The libraries were loaded before pytest could rewrite them, and it would say so."""
SECONDS = 30
"""A test that never ends without the guard has noticed, too."""


class Noticed(StrEnum):
    """What became of the tests without the guard."""

    RED = "a test failed"
    HUNG = "a test never ended"
    GREEN = "no test noticed"
    BROKEN = "the tests could not be run"


@dataclass(frozen=True, slots=True)
class Found:
    """`output`: what pytest said."""

    guard: Guard
    noticed: Noticed
    output: str

    @property
    def holds(self) -> bool:
        return self.noticed in {Noticed.RED, Noticed.HUNG}


class WithoutGuard(SourceFileLoader):
    """Loads a module with one piece of its text replaced; compiled code on disk is neither read nor written."""

    def __init__(self, name: str, path: str, guard: Guard) -> None:
        super().__init__(name, path)
        self._guard = guard

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the name that importlib gives it
        text = Path(self.path).read_text(encoding="utf-8")
        return self.source_to_code(self._guard.removed_from(text).encode(), self.path)


@dataclass(frozen=True, slots=True)
class Weakened(MetaPathFinder):
    """Finds the guard's module as it would be without the guard, and leaves every other to the usual finders."""

    guard: Guard

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin != str(ROOT / self.guard.file):
            return None
        spec.loader = WithoutGuard(fullname, spec.origin, self.guard)
        return spec


@dataclass(frozen=True, slots=True)
class Forks:
    """A plugin of pytest. Once pytest has read its settings, each guard gets a child that goes on from there."""

    guards: Sequence[Guard]
    say: Callable[[Found], None]

    def pytest_cmdline_main(self, config: pytest.Config) -> pytest.ExitCode | None:
        """In a child nothing, so that it runs its tests; in the parent the end, since it has none."""
        for guard in self.guards:
            with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
                child = os.fork()
                if child == 0:
                    _become(guard, config, output.fileno())
                    return None
                _, status = os.waitpid(child, 0)
                output.seek(0)
                self.say(Found(guard, _noticed(status), output.read()))
        return pytest.ExitCode.OK


def take_away(guards: Sequence[Guard], say: Callable[[Found], None], libraries: Sequence[str] = LIBRARIES) -> None:
    """Runs the tests of each guard without it, and tells `say` what was found. `libraries` are loaded before, once."""
    for library in libraries:
        importlib.import_module(library)
    gc.freeze()  # what the children share they need not sweep
    parent, code = os.getpid(), int(pytest.ExitCode.INTERNAL_ERROR)
    with tempfile.TemporaryDirectory() as scratch:
        sys.pycache_prefix, sys.dont_write_bytecode = f"{scratch}/compiled", False  # each module is compiled once
        try:
            code = pytest.main([*PLAIN, "--basetemp", f"{scratch}/tests"], plugins=[Forks(guards, say)])
        except BaseException:
            if os.getpid() == parent:
                raise
            traceback.print_exc()
        finally:
            if os.getpid() != parent:  # a child ends here, whatever happened: the rest is for the parent to do
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)


def _become(guard: Guard, config: pytest.Config, output: int) -> None:
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.alarm(SECONDS)
    sys.meta_path.insert(0, Weakened(guard))
    config.args = [*guard.tests]


def _noticed(status: int) -> Noticed:
    if os.WIFSIGNALED(status):
        return Noticed.HUNG if os.WTERMSIG(status) == signal.SIGALRM else Noticed.RED
    by_code = {int(pytest.ExitCode.OK): Noticed.GREEN, int(pytest.ExitCode.TESTS_FAILED): Noticed.RED}
    return by_code.get(os.WEXITSTATUS(status), Noticed.BROKEN)


def _print(found: Found) -> None:
    said = "" if found.holds else found.output[-4000:]
    print(json.dumps({"guard": found.guard.name, "noticed": found.noticed, "output": said}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a guard's name")
    options = parser.parse_args()
    os.chdir(ROOT)
    take_away([one for one in GUARDS[options.part :: options.parts] if options.only in one.name], _print)


if __name__ == "__main__":
    main()
