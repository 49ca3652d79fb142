"""Tests that share something run in one worker, and in the order that the slow ones ask for."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.scheduling import unit_of

ROOT = Path(__file__).resolve().parents[1]
TESTS = """
import os, pathlib, time, pytest
@pytest.mark.parametrize("turn", range(6))
def test_it(turn):
    time.sleep(0.01)
    with open("ran", "a") as ran:
        ran.write(f"{os.environ['PYTEST_XDIST_WORKER']} {pathlib.Path(__file__).stem}\\n")
"""


def test_journeys_of_one_server_are_one_unit_and_other_files_are_their_own() -> None:
    assert unit_of("tests/journeys/test_find.py::test_a") == unit_of("tests/journeys/test_drafts.py::test_b[::1]")
    assert unit_of("tests/journeys/test_finance.py::test_a") == "finance"
    assert unit_of("tests/pages/test_find.py::test_a[x::y]") == "tests/pages/test_find.py"
    assert unit_of("tests/oracle/test_slips.py::test_a[1]") != unit_of("tests/oracle/test_slips.py::test_a[2]")


def test_workers_are_given_whole_units_and_the_slow_ones_first(tmp_path: Path) -> None:
    for folder, names in {"a": "ab", "journeys": "yz"}.items():
        (tmp_path / "tests" / folder).mkdir(parents=True)
        for name in names:
            (tmp_path / "tests" / folder / f"test_{name}.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p tests.scheduling\npythonpath = " + str(ROOT))
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    workers = defaultdict(set)
    ran = [line.split() for line in (tmp_path / "ran").read_text().splitlines()]
    for worker, file in ran:
        workers[file].add(worker)
    assert len(ran) == 24
    assert all(len(each) == 1 for each in workers.values()), workers
    assert workers["test_y"] == workers["test_z"]
    assert workers["test_a"] == workers["test_b"] != workers["test_y"]
