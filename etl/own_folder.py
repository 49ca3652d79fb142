"""Temporary folders of landings. What a process left behind that was killed goes with the next one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "komship-landing-"


@contextmanager
def own_folder(directory: Path | None = None) -> Iterator[Path]:
    """A folder in `directory` (default: that of the system for temporary files), which goes with the block."""
    parent = directory or Path(tempfile.gettempdir())
    with _locked(parent):  # so that nobody sees a folder that is made and not held yet
        _remove_those_of_nobody(parent)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(held)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _hold(folder: Path) -> int:
    """Lock a folder for as long as the process lives or the descriptor is open.

    Raises:
        BlockingIOError: it is held.
    """
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise
    return held


def _remove_those_of_nobody(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            held = _hold(folder)
        except (BlockingIOError, PermissionError, FileNotFoundError):
            continue  # in use, of another user, or gone meanwhile
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)
