"""Which files are read, and whether they stand still."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.files import finding
from etl.files.finding import digest_of
from etl.files.headers import Header
from etl.files.landing import InputTable
from etl.files.tables import FileUnreadable, TableRead, Wanted
from etl.files.text import Text, read_below
from tests.etl.files.reads import reads, write

TABLE = "no,nama\n1,a\n"


def test_lock_files_hidden_files_downloads_and_folders_are_skipped_and_named(tmp_path: Path) -> None:
    for name in ("~$orders.xlsx", ".orders.csv", "orders.csv.part", "orders.tmp", "orders.csv.crdownload"):
        write(tmp_path, name, "?")
    (tmp_path / "orders-old").mkdir()
    write(tmp_path, "orders-0.csv", "")
    write(tmp_path, "orders.csv", TABLE)
    found = reads(tmp_path, "no")
    assert [table.file for table in found.read.tables] == ["orders.csv"]
    assert dict(found.read.skipped) == {
        "~$orders.xlsx": "lock file of an open workbook",
        ".orders.csv": "hidden file",
        "orders.csv.part": "unfinished download",
        "orders.tmp": "unfinished download",
        "orders.csv.crdownload": "unfinished download",
        "orders-old": "is a folder",
        "orders-0.csv": "empty",
    }


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " \r\n\t\r\n"])
def test_a_file_with_nothing_in_it_is_an_empty_table(tmp_path: Path, content: str) -> None:
    write(tmp_path, "orders.csv", content)
    found = reads(tmp_path, "no", "nama")
    assert found.rows == []
    assert found.read.skipped == (("orders.csv", "empty"),)


@pytest.mark.parametrize("name", ["ORDERS-NOV.CSV", "Orders-nov.csv", "orders-nov.Csv"])
def test_a_file_that_only_capitals_keep_out_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, "orders.csv", TABLE)
    write(tmp_path, name, TABLE)
    found = reads(tmp_path, "no", files="orders*.csv")
    assert found.read.skipped == ((name, "differs from `files` in capitals"),)


def _nothing(folder: Path) -> None:
    """Leave it empty."""


def _other(folder: Path) -> None:
    write(folder, "Orders.csv", TABLE)


def _unlike(folder: Path) -> None:
    write(folder, "sales.csv", TABLE)


def _only_lock(folder: Path) -> None:
    write(folder, "orders~$.csv", TABLE).rename(folder / "~$orders.csv")


def _broken_link(folder: Path) -> None:
    (folder / "orders.csv").symlink_to(folder / "nowhere.csv")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "orders.csv")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "orders.csv"))


@pytest.mark.parametrize(
    ("make", "files", "message"),
    [
        (_nothing, "orders*", "which is empty"),
        (_other, "orders*", r"left alone were Orders\.csv \(differs from `files` in capitals\)"),
        (_unlike, "orders*", r"there are sales\.csv; put the right names into `files`"),
        (_only_lock, "*orders*", r"left alone were ~\$orders\.csv \(lock file"),
        (_broken_link, "orders*", r"orders\.csv is a link to a file that is not there"),
        (_broken_link, "orders.csv", r"orders\.csv is a link to a file that is not there"),
        (_pipe, "orders*", "is no ordinary file"),
        (_socket, "orders*", "is no ordinary file"),
        (_nothing, "/etc/*", "write one that is relative to the folder"),
    ],
)
def test_what_cannot_be_found_or_read_is_named(
    tmp_path: Path, make: Callable[[Path], None], files: str, message: str
) -> None:
    make(tmp_path)
    with pytest.raises(FileUnreadable, match=message):
        reads(tmp_path, "no", files=files)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="there is no folder"):
        reads(tmp_path / "nowhere", "no")
    with pytest.raises(FileUnreadable, match="is no folder; give the folder that the file is in"):
        reads(write(tmp_path, "orders.csv", TABLE), "no")


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    path = write(tmp_path, "orders.csv", TABLE)
    forbidden = tmp_path if what == "folder" else path
    # the tests may run as root, who may read all
    monkeypatch.setattr(finding.os, "access", lambda asked, _right: asked != forbidden)
    with pytest.raises(FileUnreadable, match=rf"{forbidden.name} may not be read; give this user the right"):
        reads(tmp_path, "no")


@pytest.mark.parametrize("change", ["grows", "is replaced", "is removed", "is broken by it"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = write(tmp_path, "orders.csv", TABLE)

    def change_it(text: Text, delimiter: str, header: Header, table: InputTable) -> TableRead:
        if change == "is replaced":
            write(tmp_path, "other", TABLE.replace("a", "b")).replace(path)
        elif change == "is removed":
            path.unlink()
        else:
            with path.open("a") as more:
                more.write('2,"b' if change == "is broken by it" else "2,b\n")
        return read_below(text, delimiter, header, table)

    monkeypatch.setattr("etl.files.text.read_below", change_it)
    with pytest.raises(FileUnreadable, match=r"orders\.csv is still being written; run again when it is complete"):
        reads(tmp_path, "no")


def test_the_digest_is_that_of_the_contents(tmp_path: Path) -> None:
    wanted = Wanted(("*.csv",), ("no",))
    path = write(tmp_path, "orders.csv", TABLE)
    first = digest_of(tmp_path, "orders", wanted)
    assert reads(tmp_path, "no", files="*.csv").read.digest == first
    os.utime(path, (1, 1))
    write(tmp_path, "notes.txt", "x")
    assert digest_of(tmp_path, "orders", wanted) == first
    write(tmp_path, "orders.csv", TABLE.replace("a", "b"))
    changed = digest_of(tmp_path, "orders", wanted)
    write(tmp_path, "more.csv", "")
    assert len({first, changed, digest_of(tmp_path, "orders", wanted)}) == 3


def test_several_files_are_one_table_with_the_columns_of_all(tmp_path: Path) -> None:
    write(tmp_path, "2022/a.csv", "no,kota\n1,Solo\n")
    write(tmp_path, "2023/b.csv", "Diskon %;no;NO HP\n5;2;08\n")
    found = reads(tmp_path, "no", files="*/*.csv")
    assert [(row["_row"], row["_file"], row["_line"]) for row in found.rows] == [
        (1, "2022/a.csv", 2),
        (2, "2023/b.csv", 2),
    ]
    assert (found.column("no"), found.column("kota")) == (["1", "2"], ["Solo", None])
    assert (found.column("Diskon %"), found.column("NO HP")) == ([None, "5"], [None, "08"])
