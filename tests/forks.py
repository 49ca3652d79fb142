"""Processes forked from one that has imported the product: as new as any, without the seconds that importing takes.

The server of the forks holds no connection and no thread of the tests.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
PRELOADED = ["serve", "api.__main__", "etl.__main__", "dashboard.__main__", "tests.api.test_simultaneous"]


def start(process: BaseProcess) -> None:
    """Start it without the main module of this process, whose place a page under test may have taken."""
    kept = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = kept


def context() -> ForkServerContext:
    """Where such processes are made."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOADED)
    return made


def run(
    words: list[str], environment: dict[str, str], timeout: float, prepare: Callable[[], None] | None = None
) -> "subprocess.CompletedProcess[str]":
    """`python -m words` with that environment, run to its end; `prepare` is called in the process first.

    Raises:
        TimeoutError: it did not end; it is killed.
    """
    with tempfile.TemporaryDirectory() as name:
        outputs = [Path(name) / each for each in ("stdout", "stderr")]
        process = context().Process(target=_become, args=(words, environment, outputs, prepare))
        start(process)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{words} did not end in {timeout} seconds")
        written = [each.read_text() for each in outputs]
    return subprocess.CompletedProcess(words, process.exitcode, *written)


def _become(
    words: list[str], environment: dict[str, str], outputs: list[Path], prepare: Callable[[], None] | None
) -> None:
    for descriptor, path in enumerate(outputs, 1):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    if prepare is not None:
        prepare()
    sys.argv[1:] = words[1:]
    sys.modules.pop(f"{words[0]}.__main__", None)  # it is executed, as in a new Python
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
