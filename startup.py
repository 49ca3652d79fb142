"""What can be wrong when a part starts, as one sentence that says what to do. Below all parts, as settings.py is."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settings import SettingsError

EXIT_CODE = 2


class StartError(RuntimeError):
    """Why a part cannot start: one sentence, what is wrong and what to do, without secrets."""


@contextmanager
def start_errors(*known: type[Exception]) -> Iterator[None]:
    """End the process with one line on standard error and exit code 2 for what can be wrong at a start.

    `known`: further types whose message is such a sentence.
    """
    sentences: tuple[type[Exception], ...] = (StartError, SettingsError, *known)
    try:
        yield
    except sentences as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(EXIT_CODE) from None


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the data folder while a store is made in it; the folder is made when it does not exist.

    Raises:
        StartError: another process holds it, or it cannot be written to.
    """
    path = folder / "start.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StartError(
            f"the data folder {folder} cannot be written to ({reason(error)}): "
            "give this user the right to write there, or set KOMSHIP_DATA_DIR to another folder"
        ) from None
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(held, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise StartError(
                f"another process (id {owner}) is setting up the data folder {folder}: "
                "wait until it has finished and start again, or set KOMSHIP_DATA_DIR to another folder"
            ) from None
        os.ftruncate(held, 0)
        os.pwrite(held, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(held)


def reason(error: BaseException) -> str:
    """The first line of an error as a part of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".:") if lines else type(error).__name__
