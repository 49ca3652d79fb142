"""kill -9 at random points of landings, a few of them; `python -m tests.bench.killing` makes a thousand."""

import fcntl
import os
from pathlib import Path

import pytest

from etl.own_folder import PREFIX, own_folder
from tests.bench.killing import PLACES, kill_landings

KILLS = 20


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("source", PLACES)
def test_after_each_kill_the_next_run_heals(source: str, tmp_path: Path) -> None:
    done = kill_landings(PLACES[source](tmp_path), KILLS, 7, lambda _done: None)
    assert done.kills.total() == KILLS
    assert done.wrong == []


def test_what_a_killed_process_left_behind_is_removed_and_what_is_in_use_stays(tmp_path: Path) -> None:
    left, used = tmp_path / f"{PREFIX}left", tmp_path / f"{PREFIX}used"
    for folder in (left, used):
        folder.mkdir()
        (folder / "snapshot.sqlite").write_bytes(b"?")
    other = os.open(used, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        with own_folder(tmp_path) as first, own_folder(tmp_path) as second:
            assert {first, second, used} == set(tmp_path.glob(f"{PREFIX}*"))
        assert list(tmp_path.iterdir()) == [used]
    finally:
        os.close(other)
