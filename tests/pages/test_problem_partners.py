"""Bermasalah: its ratios against a recount, the dialog that says what stops, and the second of two admins."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from api.domains.problem_partners.models import PartnerMark
from api.models import AuditEntry, Partner, User, Withdrawal
from dashboard.actions import problems
from dashboard.client import ApiRefused, ApiUnreachable, api
from dashboard.exports.formats import csv_pieces
from tests.factories.exports import offered
from tests.factories.product import NOW, Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables
from vocabulary import ProblemMark


def recounted(product: Product) -> dict[int, tuple[int, int, int]]:
    """By partner over the limit: problems, shipped, returned, counted row by row."""
    found: dict[int, list[int]] = {}
    with product.warehouse.read() as connection:
        rows = connection.execute(text("SELECT partner_id, shipped_at, is_problem, state FROM fct_orders")).all()
    for partner, shipped_at, is_problem, state in rows:
        if shipped_at is not None:
            counts = found.setdefault(partner, [0, 0, 0])
            counts[0] += bool(is_problem)
            counts[1] += 1
            counts[2] += state == "Retur"
    return {key: (a, b, c) for key, (a, b, c) in found.items() if b >= 10 and a * 2 > b}


def opened(run_page: RunPage, product: Product, partner_id: int, **query: Any) -> AppTest:
    return run_page(product, "problem_partners", problem_buka=str(partner_id), **query)


def button(page: AppTest, key: str) -> Any:
    return next(each for each in page.button if each.key == key)


def test_the_rows_are_those_of_a_recount(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "problem_partners", problem_baris="100")
    (rows,) = tables(page)
    wanted = recounted(filled)
    assert len(wanted) > 1
    with filled.warehouse.read() as connection:
        names = dict(connection.execute(text("SELECT partner_id, full_name FROM dim_partners")).all())
    found = {row.full_name: row.problem.partition(" · ")[2] for row in rows.itertuples()}
    assert found == {names[key]: f"{problem}/{shipped}" for key, (problem, shipped, _back) in wanted.items()}
    assert next(each.value for each in page.metric if each.label == "Di atas 50 %") == str(len(wanted))


def test_the_export_has_the_parts_of_each_ratio_in_the_order_of_the_screen(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "problem_partners", problem_urut="problem", problem_turun="true", problem_baris="100")
    lines = b"".join(csv_pieces(offered(page, "bermasalah"))).decode("utf-8-sig")
    head, *body = csv.reader(io.StringIO(lines))
    assert [row[head.index("Partner")] for row in body] == list(tables(page)[0]["full_name"])
    assert [head.count(name) for name in ("Kurir utama", "Produk utama", "Masalah terbanyak", "Telepon")] == [1] * 4
    parts = [name for name in head if name.startswith("Bagian kurir utama")]
    assert parts
    assert all(row[head.index(name)] for row in body for name in parts)


def test_a_mark_of_the_address_narrows_and_an_unknown_one_is_named(run_page: RunPage, filled: Product) -> None:
    with filled.warehouse.read() as connection:
        held = connection.execute(text("SELECT count(*) FROM mart_partners WHERE problem_status = 2")).scalar_one()
    (rows,) = tables(run_page(filled, "problem_partners", cakupan="ditandai", tanda="hold"))
    assert (len(rows), set(rows["mark_label"])) == (held, {"Ditahan"})
    wrong = run_page(filled, "problem_partners", tanda="apa", cakupan="\u202e", q="\U0001f600" * 60)
    assert not wrong.exception
    assert len(wrong.warning) == 2


def test_the_dialog_lists_what_stops_and_the_second_admin_is_told_who_was_first(
    run_page: RunPage, filled: Product
) -> None:
    with Session(filled.engine) as session:
        waits = select(Withdrawal.partner_id).where(Withdrawal.status.in_(("requested", "on_review")))
        partner = session.scalars(
            select(Partner).where(Partner.id.in_(waits), Partner.problem_status == 0).order_by(Partner.id)
        ).first()
        assert partner is not None
        mine = select(Withdrawal.nominal).where(
            Withdrawal.partner_id == partner.id, Withdrawal.status.in_(("requested", "on_review"))
        )
        nominal, number, name = sum(session.scalars(mine)), partner.id, partner.full_name
        first = PartnerMark(partner_id=number, version=1, before=0, status=3, reason="x", actor_id=1, created_at=NOW)
    page = run_page(filled, "partner_detail", id=str(number), bagian="tanda")
    page = button(page, "problem-hold").click().run()
    said = " ".join(each.value for each in page.markdown)
    assert f"{nominal:,}".replace(",", ".") in said
    assert "berhenti" in said
    shown = problems.standing(api(), number)
    with Session(filled.engine) as session, session.begin():
        session.add(first)
    with pytest.raises(ApiRefused, match="menandai partner ini dilepas pada"):
        problems.mark(api(), shown, ProblemMark.HOLD, "alamat tidak ada", key="late")
    problems.mark(api(), problems.standing(api(), number), ProblemMark.HOLD, "alamat tidak ada", key="again")
    filled.runner.run()
    with Session(filled.engine) as session:
        assert session.get_one(Partner, number).problem_status == 2
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (newest.action, newest.after and newest.after["reason"]) == ("partner.marked", "alamat tidak ada")
        admin = session.scalars(select(User.full_name).where(User.id == newest.actor_id)).one()
    history = tables(run_page(filled, "partner_detail", "finance", id=str(number), bagian="tanda"))[-1]
    assert list(history.iloc[0][["change", "reason", "actor_name"]]) == [
        "Belum ditandai → Ditahan",
        "alamat tidak ada",
        admin,
    ]
    rows = tables(run_page(filled, "problem_partners", cakupan="ditandai", tanda="hold", problem_baris="100"))[0]
    assert name in set(rows["full_name"])
    problems.mark(api(), problems.standing(api(), number), ProblemMark.UNHOLD, "ok", key="end")
    filled.runner.run()


def test_finance_sees_the_history_without_buttons(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "partner_detail", "finance", id="1", bagian="tanda")
    assert not page.exception
    assert not [each.key for each in page.button if each.key and each.key.startswith("problem-")]


def test_without_the_service_the_list_stays(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise ApiUnreachable("code")

    monkeypatch.setattr(problems, "standing", away)
    page = opened(run_page, filled, next(iter(recounted(filled))))
    assert "Daftar tetap dapat dipakai." in page.error[0].value
    assert len(tables(page)) == 1
