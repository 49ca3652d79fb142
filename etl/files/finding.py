"""The files that an input's patterns match, their digest, and whether they stand still while they are read."""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from etl.files.tables import FileUnreadable, Wanted, listed, one_line

_UNFINISHED = (".tmp", ".part", ".crdownload", ".download", ".partial")


@dataclass(frozen=True)
class Found:
    """The files to be read, in order of their names, and those that are left alone with the reason."""

    paths: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]


def find(folder: Path, name: str, wanted: Wanted) -> Found:
    """The files of the input `name`.

    Raises:
        FileUnreadable: the folder or a file cannot be read, or no file matches.
    """
    _check_folder(folder)
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    try:
        for path in _matching(folder, name, wanted.patterns):
            reason = _why_left(path, relative(folder, path))
            if reason:
                skipped.append((relative(folder, path), reason))
            else:
                paths.append(path)
        skipped += _other_capitals(folder, wanted.patterns)
    except OSError as error:
        place = relative(folder, Path(error.filename or folder))
        raise FileUnreadable(f"{place} cannot be read: {error.strerror or error}; run again, or remove it") from error
    if not paths and not any(reason == "empty" for _, reason in skipped):
        raise FileUnreadable(_nothing(folder, name, wanted, skipped))
    return Found(tuple(paths), tuple(skipped))


def _why_left(path: Path, label: str) -> str | None:
    """Why a file that was found is left alone, if so.

    Raises:
        FileUnreadable: it is to be read and cannot be.
    """
    reason = why_skipped(path.name) or ("is a folder" if path.is_dir() else None)
    if reason:
        return reason
    _check_file(path, label)
    return None if path.stat().st_size else "empty"


def relative(folder: Path, path: Path) -> str:
    """How messages and rows name a file."""
    return one_line(Path(os.path.relpath(path, folder)).as_posix())


def why_skipped(file_name: str) -> str | None:
    """Why a file of this name is no data, if so."""
    if file_name.startswith("~$"):
        return "lock file of an open workbook"
    if file_name.startswith("."):
        return "hidden file"
    if file_name.lower().endswith(_UNFINISHED):
        return "unfinished download"
    return None


def digest_of(folder: Path, name: str, wanted: Wanted) -> str:
    """The digest of names and contents of the input's files, without reading them as tables.

    Raises:
        FileUnreadable: as `find`.
    """
    return digest_of_files(folder, find(folder, name, wanted))


def digest_of_files(folder: Path, found: Found) -> str:
    """The digest of names and contents of files; the empty ones count too."""
    digest = hashlib.sha256()
    for path in found.paths:
        with standing_still(path, relative(folder, path)), path.open("rb") as content:
            own = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{relative(folder, path)}:{own}\n".encode())
    for label, reason in found.skipped:
        if reason == "empty":
            digest.update(f"{label}:empty\n".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def standing_still(path: Path, label: str) -> Iterator[None]:
    """Refuse a file that is changed, replaced or removed meanwhile, whatever else was found wrong with it.

    Raises:
        FileUnreadable: the file changed.
    """
    before = _standing(path)
    try:
        yield
    except (FileUnreadable, OSError) as error:
        if _standing(path) != before:
            raise _still_written(label) from error
        if isinstance(error, OSError):
            raise FileUnreadable(f"{label} cannot be read: {error.strerror or error}") from error
        raise
    if _standing(path) != before:
        raise _still_written(label)


def _standing(path: Path) -> tuple[int, ...] | None:
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_size, now.st_mtime_ns, now.st_ino, now.st_dev


def _still_written(label: str) -> FileUnreadable:
    return FileUnreadable(f"{label} is still being written; run again when it is complete")


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        raise FileUnreadable(f"there is no folder {folder}; give the folder of the files")
    if not folder.is_dir():
        raise FileUnreadable(f"{folder} is no folder; give the folder that the file is in")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FileUnreadable(f"the folder {folder} may not be read; give this user the right to read it")


def _matching(folder: Path, name: str, patterns: tuple[str, ...]) -> list[Path]:
    found: set[Path] = set()
    if any(len(PurePath(pattern).parts) > 1 for pattern in patterns):
        _check_folders(folder)
    for pattern in patterns:
        try:
            found.update(folder.glob(pattern))
        except (NotImplementedError, ValueError) as error:
            raise FileUnreadable(
                f"input {name}: the pattern {pattern!r} cannot be used ({error}); "
                "write one that is relative to the folder, such as orders*.csv"
            ) from None
        # a link that points to nothing is not found by its plain name
        if os.path.lexists(folder / pattern):
            found.add(folder / pattern)
    return sorted(found)


def _check_folders(folder: Path) -> None:
    """Refuse a folder within that may not be read: a pattern would pass over its files in silence."""

    def refuse(error: OSError) -> None:
        raise error

    for _each in os.walk(folder, onerror=refuse):
        pass


def _other_capitals(folder: Path, patterns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Files that only capitals keep from being read: ORDERS.CSV beside `orders*.csv`."""
    return [
        (one_line(path.name), "differs from `files` in capitals")
        for path in sorted(folder.iterdir())
        if any(fnmatchcase(path.name.lower(), pattern.lower()) for pattern in patterns)
        and not any(fnmatchcase(path.name, pattern) for pattern in patterns)
    ]


def _check_file(path: Path, label: str) -> None:
    if path.is_symlink() and not path.exists():
        raise FileUnreadable(f"{label} is a link to a file that is not there; put the file there or remove the link")
    if not stat.S_ISREG(path.stat().st_mode):
        raise FileUnreadable(f"{label} is no ordinary file; put a copy of its content in its place")
    if not os.access(path, os.R_OK):
        raise FileUnreadable(f"{label} may not be read; give this user the right to read it")


def _nothing(folder: Path, name: str, wanted: Wanted, skipped: list[tuple[str, str]]) -> str:
    message = f"input {name}: no file {', '.join(wanted.patterns)} in {folder}"
    if skipped:
        return message + "; left alone were " + ", ".join(f"{label} ({reason})" for label, reason in skipped)
    there = sorted(path.name for path in folder.iterdir())
    if not there:
        return f"{message}, which is empty"
    return f"{message}; there are {listed(there)}; put the right names into `files` of the mapping"
