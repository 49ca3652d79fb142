"""Pengguna & Peran: the list against a recount, what nobody does to their own account, and requests of two admins."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from api.models import AuthSession, User
from dashboard.actions import users
from dashboard.actions.users import NewAccount
from dashboard.client import ApiRefused, ApiUnreachable, api
from dashboard.exports.formats import csv_pieces
from dashboard.state import GENERATED_PASSWORD
from tests.factories.exports import offered
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables


def number_of(product: Product, name: str) -> int:
    with Session(product.engine) as session:
        return session.scalars(select(User.id).where(User.username == name)).one()


def opened(run_page: RunPage, product: Product, name: str, **query: Any) -> AppTest:
    return run_page(product, "users", users_buka=str(number_of(product, name)), **query)


def keys(page: AppTest) -> set[str]:
    return {each.key for each in page.button if each.key}


def test_every_user_is_listed_with_the_last_sign_in(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "users", users_urut="last_login_at", users_turun="true")
    assert not page.exception
    with Session(filled.engine) as session:
        everybody = session.scalar(select(func.count()).select_from(User))
        signed_in = session.scalars(select(AuthSession.user_id).distinct()).all()
    (rows,) = tables(page)
    assert len(rows) == everybody
    assert sum(rows["last_login_at"] != "-") == len(signed_in)
    assert page.caption[0].value.startswith(f"{everybody} pengguna") or any(
        f"{everybody} pengguna" in each.value for each in page.markdown
    )


def test_filters_of_the_address(run_page: RunPage, filled: Product) -> None:
    (rows,) = tables(run_page(filled, "users", peran="finance"))
    assert set(rows["role_label"]) == {"Tim keuangan"}
    assert len(rows) == 2
    wrong = run_page(filled, "users", peran="raja", keadaan="\u202e", q="x" * 150)
    assert not wrong.exception
    assert len(wrong.warning) == 2
    assert tables(wrong) == []


def test_the_export_has_who_matches(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "users", peran="finance", users_urut="full_name", users_turun="true")
    lines = b"".join(csv_pieces(offered(page, "pengguna"))).decode("utf-8-sig")
    head, *body = csv.reader(io.StringIO(lines))
    assert [row[head.index("Nama pengguna")] for row in body] == ["finance", "finance2"]
    assert {row[head.index("Peran")] for row in body} == {"Tim keuangan"}


def test_nobody_changes_their_own_account(run_page: RunPage, filled: Product) -> None:
    own, other = opened(run_page, filled, "admin"), opened(run_page, filled, "growth")
    assert not own.exception
    wanted = {"user-role", "user-reset", "user-switch"}
    assert keys(own) & wanted == set()
    assert keys(other) & wanted == wanted
    with pytest.raises(ApiRefused, match="Peran sendiri"):
        users.change_role(api(), number_of(filled, "admin"), "growth", key="own")


def test_a_dialog_says_what_a_role_takes(run_page: RunPage, filled: Product) -> None:
    page = opened(run_page, filled, "growth")
    next(each for each in page.button if each.key == "user-role").click()
    page = page.run()
    assert any("perlu admin kedua" in each.value for each in page.markdown)
    assert [each.options for each in page.selectbox if each.label == "Peran baru"] == [
        ["Tim keuangan", "Admin", "Mitra"]
    ]


def test_a_request_waits_for_another_admin_and_is_taken_back(run_page: RunPage, filled: Product) -> None:
    run_page(filled, "users")
    asked = users.create(api(), NewAccount("rina", "rina@komship.test", "Rina", "", "finance")).made.request_id
    page = run_page(filled, "users")
    assert any("Akun baru **Rina (rina)** sebagai Tim keuangan" in each.value for each in page.markdown)
    assert keys(page) & {f"confirm-{asked}", f"decline-{asked}"} == {f"decline-{asked}"}
    with pytest.raises(ApiRefused, match="Anda sendiri yang mengajukan"):
        users.confirm(api(), asked or 0)
    users.decline(api(), asked or 0, key="back")
    assert keys(run_page(filled, "users")) & {f"decline-{asked}"} == set()


def test_a_generated_password_is_shown_until_it_is_noted(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "users")
    page.session_state[GENERATED_PASSWORD.name] = ("rina", "kata-sandi-baru")
    page = page.run()
    assert [each.value for each in page.code] == ["kata-sandi-baru"]
    next(each for each in page.button if each.key == "password-noted").click()
    assert list(page.run().code) == []


def test_without_the_service_the_sessions_say_so(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise ApiUnreachable("code")

    monkeypatch.setattr(users, "open_sessions", away)
    page = opened(run_page, filled, "growth")
    assert "Daftar tetap dapat dipakai." in page.error[0].value
    assert len(tables(page)) == 1
