"""The product as processes of their own."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_START = 120
Process = subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small store and its landed warehouse, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    for words in (("etl", "demo", "--orders", "300"), ("etl", "run")):
        command = [sys.executable, "-m", *words]
        subprocess.run(command, cwd=ROOT, env=environment_of(folder), check=True, capture_output=True, timeout=120)
    (folder / "start.lock").unlink()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A data folder of this test alone, filled."""
    copy = tmp_path / "data"
    shutil.copytree(filled, copy)
    return copy


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOMSHIP_")}
    given = {
        "KOMSHIP_DATA_DIR": str(folder),
        "KOMSHIP_DEMO_ORDERS": "300",
        "KOMSHIP_API_URL": "http://127.0.0.1:9/api",
        "PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
    }
    return kept | given | more


@pytest.fixture
def spawn() -> Iterator[Callable[..., Process]]:
    """spawn(environment, *words) -> `python -m words` as a running process, ended with the test."""
    started: list[Process] = []

    def start(environment: dict[str, str], *words: str) -> Process:
        command = [sys.executable, "-m", *words]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
