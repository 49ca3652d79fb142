"""user.my_profile: every key that the contract prints or its clients read."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import Address, Partner, User
from tests.api.conftest import Case

SignIn = Callable[[str], dict[str, str]]
FLAGS = (
    *("allowed_edit", "mutation_bank", "custom_label", "tracking_sales", "tracking_sales_dashboard", "order_notes"),
    *("shipping_cost", "return_insight", "mass_order", "customer_reputation"),
)


def test_a_user_who_is_no_partner_has_every_key(client: TestClient, sign_in: SignIn, users: dict[str, int]) -> None:
    data = client.post("/api/v1/my-profile", headers=sign_in("growth"), params={"partner_id": 7}).json()["data"]
    assert (data["user_gender"], data["user_marital_status"]) == ("Laki-laki", "0 | Belum Menikah")
    assert (data["is_komship"], data["is_onboarding"], data["popups"], data["vehicle"]) == (0, 0, [], [])
    assert data["partner_detail"] == {"id": 0}
    assert data["user_address_default"]["detail_address"] == ""
    assert data["province"] == {"id": 0, "name": ""}
    assert {data[f"partner_is_{flag}"] for flag in FLAGS} == {False}
    assert data["partner_is_notification_whatsapp"] == 0
    assert (data["role"], data["role_id"]) == ("growth", 2)


def test_a_partner_s_profile_comes_from_the_store(
    client: TestClient, sign_in: SignIn, case: Case, store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(User, case.user_id).gender = 2
        partner = session.get_one(Partner, case.partner_id)
        for flag in FLAGS:
            if flag != "tracking_sales_dashboard":
                setattr(partner, f"is_{flag}", True)
        partner.is_onboarded, partner.category_id, partner.business_type_id = True, 1, 2
        partner.vehicles, partner.logo_url, partner.business_phone = "MOTOR,MOBIL", "https://x.test/l.png", "0281"
        session.add(
            Address(
                partner_id=partner.id,
                name="Gudang",
                detail="Jl. Melati 1",
                district="Karangmoncol",
                city="Purbalingga",
                province="Jawa Tengah",
                city_code="PWT10000",
                pic="Putra",
                pic_phone="0812",
                updated_at=partner.updated_at,
            )
        )
    data = client.post("/api/v1/my-profile", headers=sign_in("partner")).json()["data"]
    assert data["user_gender"] == "Perempuan"
    assert {data[f"partner_is_{flag}"] for flag in FLAGS} == {True}
    assert data["partner_detail"] == {"id": case.partner_id}
    assert data["vehicle"] == ["MOTOR", "MOBIL"]
    assert (data["is_komship"], data["is_onboarding"], data["city_code"]) == (1, 1, "PWT10000")
    assert (data["partner_category_id"], data["partner_category_name"]) == (1, "Fashion")
    assert (data["partner_business_type_id"], data["partner_business_logo"]) == (2, "https://x.test/l.png")
    assert (data["partner_no_hp_business"], data["partner_business_name"]) == ("0281", "Berkah")
    assert data["address_partner_business"] == "Jl. Melati 1, Karangmoncol, Purbalingga, Jawa Tengah"
    assert data["user_address_default"]["detail_address"] == data["user_address"] == "Jl. Melati 1"
    assert data["regency"] == {"id": 0, "name": "Purbalingga"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_profile_is_read_by_both_methods(
    client: TestClient, sign_in: SignIn, users: dict[str, int], method: str
) -> None:
    answer = client.request(method, "/api/v1/my-profile", headers=sign_in("admin"), json={})
    assert (answer.status_code, answer.json()["data"]["user_id"]) == (200, users["admin"])
