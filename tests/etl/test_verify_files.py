"""Verification of files: what differs is found with both sides and repaired; what waits in the quarantine is none."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, delete, insert, select, update

from etl.runner import Runner
from etl.sources import files
from etl.sources.base import SourceUnavailable
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from etl.verify import compare, repair
from queries.engine import Warehouse
from queries.schema import MARTS, dim_partners, etl_runs, quarantine
from tests.etl.conftest import Clock, contents
from tests.etl.test_command_line import call, folder
from tests.etl.test_files import MAPPING
from vocabulary import DifferenceKind

__all__ = ["folder"]
EVERYTHING = (dim_partners, quarantine, *MARTS)


@pytest.fixture
def toko(warehouse: Warehouse, clock: Clock, tmp_path: Path) -> Runner:
    """Landed files: three partners, and one that is set aside for its empty name."""
    files = made(tmp_path / "files")
    runner = Runner(warehouse, FileSource(load_mapping(files / "m.yaml"), files, files / "m.yaml"), clock)
    assert runner.run().quarantined == 1
    return runner


def made(files: Path) -> Path:
    files.mkdir()
    (files / "m.yaml").write_text(MAPPING)
    (files / "s1.csv").write_text("id,name\na,Ani\nb,Budi\nc,\nd,Dewi\n")
    return files


def called(name: str) -> ColumnElement[bool]:
    return (dim_partners.c.full_name == name) & (dim_partners.c.source == "toko")


def ghosts(count: int) -> Any:
    """Rows of the source that no file has: more than a tenth, which a landing of smaller files would refuse."""
    columns = [c + 500 * count if c.name == "partner_id" else c for c in dim_partners.c]
    rows = select(*columns).order_by(dim_partners.c.partner_id).limit(count)
    return insert(dim_partners).from_select([c.name for c in dim_partners.c], rows)


@pytest.mark.parametrize(
    ("damages", "kinds"),
    [
        (
            [
                update(dim_partners).where(called("Budi")).values(brand_name="Budy"),
                delete(dim_partners).where(called("Ani")),
                ghosts(1),
            ],
            [DifferenceKind.MISSING, DifferenceKind.CHANGED, DifferenceKind.SURPLUS],
        ),
        (
            [ghosts(3), update(dim_partners).where(called("Budi")).values(source="?")],
            [DifferenceKind.CHANGED, *[DifferenceKind.SURPLUS] * 3],
        ),
        ([delete(dim_partners)], [DifferenceKind.MISSING] * 3),
    ],
    ids=["a few rows", "more than files may remove", "all gone"],
)
def test_what_differs_from_the_files_is_found_and_repaired(
    toko: Runner, damages: list[Any], kinds: list[DifferenceKind]
) -> None:
    landed = contents(toko.warehouse, (dim_partners, *MARTS))
    with toko.warehouse.write() as connection:
        for damage in damages:
            assert connection.execute(damage).rowcount > 0
    first, last = repair(toko)
    assert [each.kind for each in first.differences if each.table == "dim_partners"] == kinds
    assert last.agrees, last
    assert contents(toko.warehouse, (dim_partners, *MARTS)) == landed
    assert toko.run().mode == "nothing"
    with toko.warehouse.read() as connection:
        assert "repair" in connection.scalars(select(etl_runs.c.mode).where(etl_runs.c.job == "dim_partners")).all()


def test_a_changed_value_is_shown_with_both_sides(toko: Runner) -> None:
    with toko.warehouse.write() as connection:
        connection.execute(update(dim_partners).where(called("Budi")).values(brand_name="Budy"))
    (shown,) = [each for each in compare(toko).differences if each.table == "dim_partners"]
    assert str(shown) == "dim_partners.brand_name 1000000001: changed: source 'Budi', warehouse 'Budy'"


def test_a_repair_of_files_lands_the_rows_that_differ_and_no_others(toko: Runner) -> None:
    with toko.warehouse.write() as connection:
        connection.execute(update(dim_partners).where(called("Budi")).values(brand_name="Budy"))
        connection.execute(ghosts(1))
    assert repair(toko)[1].agrees
    with toko.warehouse.read() as connection:
        columns = (etl_runs.c.job, etl_runs.c.rows_landed, etl_runs.c.rows_deleted)
        logged = connection.execute(select(*columns).where(etl_runs.c.mode == "repair")).all()
    assert [tuple(row) for row in logged] == [("dim_partners", 1, 2)]


def test_a_repair_reads_the_files_once_more_and_not_again_to_compare(
    toko: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with toko.warehouse.write() as connection:
        connection.execute(update(dim_partners).where(called("Budi")).values(brand_name="Budy"))
    reads = []
    read_input = files.read_input
    monkeypatch.setattr(files, "read_input", lambda *given: reads.append(given) or read_input(*given))
    assert [each.agrees for each in repair(toko)] == [False, True]
    assert len(reads) == 2


def test_landings_do_not_wait_while_files_are_verified(toko: Runner) -> None:
    written = []

    def write() -> None:
        with toko.warehouse.write() as connection:
            connection.execute(update(dim_partners).where(called("Ani")).values(phone="08"))
        written.append(True)

    def step(name: str) -> None:
        if name == "land dim_partners":
            writing = threading.Thread(target=write, daemon=True)
            writing.start()
            writing.join(60)

    found = compare(Runner(toko.warehouse, toko.source, toko.now, step))
    assert written
    assert "dim_partners" not in found.counts  # compared with what was landed when it began


def test_a_row_of_files_that_is_set_aside_is_expected_to_be_missing(toko: Runner) -> None:
    before = contents(toko.warehouse, EVERYTHING)
    assert compare(toko).agrees
    assert contents(toko.warehouse, EVERYTHING) == before
    with toko.warehouse.write() as connection:
        assert connection.execute(delete(quarantine)).rowcount == 1
    first, last = repair(toko)
    assert first.counts == {"quarantine": 1}
    assert last.agrees, last


def test_files_that_change_while_they_are_verified_are_no_difference(
    toko: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_and_change() -> None:
        (tmp_path / "files" / "s1.csv").write_text("id,name\na,Ana\nb,Budi\nd,Dewi\n")

    monkeypatch.setattr(toko, "run", run_and_change)
    with pytest.raises(SourceUnavailable, match="toko changed while it was verified: verify it again"):
        compare(toko)


def test_the_command_verifies_and_repairs_files(folder: Path) -> None:
    files = made(folder / "files")
    of = ("--source", "files", "--mapping", str(files / "m.yaml"), "--path", str(files))
    assert call("run", *of)[0] == 3
    assert call("verify", *of)[0] == 0
    with Warehouse(folder / "warehouse.duckdb").raw() as cursor:
        cursor.execute("UPDATE dim_partners SET city = 'Solo' WHERE full_name = 'Ani'")
    code, output = call("verify", *of)
    assert (code, "dim_partners.city 1000000000: changed: source '', warehouse 'Solo'" in output) == (1, True), output
    code, output = call("verify", "--repair", *of)
    assert (code, "after the repair:\nsource and warehouse agree" in output) == (0, True), output
    files.rename(folder / "elsewhere")
    code, output = call("verify", *of)
    assert (code, "there is no mapping" in output) == (1, True), output
