"""The profile of a user, with the partner that the user is, if any."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.partners.models import CATEGORIES, Address, Partner
from vocabulary import Role

GENDERS = {1: "Laki-laki", 2: "Perempuan"}
MARITAL = {0: "Belum Menikah", 1: "Menikah"}


class Region(BaseModel):
    """A province, regency or district; this store has no ids of regions, 0 stands for that."""

    id: int = 0
    name: str = ""


class DefaultAddress(BaseModel):
    """The first pickup address; id 0 where there is none."""

    address_id: int = 0
    name: str = ""
    detail_address: str = ""
    pic: str = ""
    pic_phone: str = ""


class PartnerDetail(BaseModel):
    """The partner by its id; 0 for a user who is none."""

    id: int


class Flags(BaseModel):
    """What a partner has switched on."""

    partner_is_allowed_edit: bool = False
    partner_is_mutation_bank: bool = False
    partner_is_custom_label: bool = False
    partner_is_tracking_sales: bool = False
    partner_is_tracking_sales_dashboard: bool = False
    partner_is_order_notes: bool = False
    partner_is_shipping_cost: bool = False
    partner_is_return_insight: bool = False
    partner_is_mass_order: bool = False
    partner_is_customer_reputation: bool = False
    partner_is_notification_whatsapp: int = 0


class Business(BaseModel):
    """What a partner sells as."""

    partner_id: int = 0
    partner_name: str = ""
    partner_business_name: str = ""
    partner_business_logo: str = ""
    partner_business_type_id: int = 0
    partner_category_id: int = 0
    partner_category_name: str = ""
    partner_no_hp_business: str = ""
    is_onboarding: int = 0
    vehicle: list[str] = []


class Profile(Business, Flags):
    """The contract's profile."""

    user_id: int
    user_name: str
    user_fullname: str
    user_birth_date: str
    user_gender: str
    user_marital_status: str
    user_phone: str
    user_email: str
    user_kompoints: int = 0
    user_address: str
    user_address_default: DefaultAddress
    address_partner_business: str
    city_code: str
    province: Region
    regency: Region
    district: Region
    is_komship: int
    shipping: str = "JNE"
    payment_method: str = "COD"
    partner_detail: PartnerDetail
    popups: list[str] = []
    role_id: int
    role: str


def profile(session: Session, user_id: int) -> Profile:
    """The profile of a user."""
    user = session.get_one(User, user_id)
    partner = session.scalar(select(Partner).where(Partner.user_id == user.id))
    address = _first_address(session, partner)
    return Profile(
        **_personal(user),
        **(_business(partner) | _flags(partner) if partner else {}),
        **_places(address),
        is_komship=int(partner is not None),
        partner_detail=PartnerDetail(id=partner.id if partner else 0),
    )


def _first_address(session: Session, partner: Partner | None) -> Address | None:
    if partner is None:
        return None
    return session.scalar(select(Address).where(Address.partner_id == partner.id).order_by(Address.id).limit(1))


def _personal(user: User) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "user_name": user.username,
        "user_fullname": user.full_name,
        "user_birth_date": user.birth_date or "",
        "user_gender": GENDERS.get(user.gender, "-"),
        "user_marital_status": f"{user.marital_status} | {MARITAL.get(user.marital_status, '-')}",
        "user_phone": user.phone,
        "user_email": user.email,
        "role_id": user.role_id,
        "role": Role(user.role_id).name.lower(),
    }


def _business(partner: Partner) -> dict[str, Any]:
    return {
        "partner_id": partner.id,
        "partner_name": partner.full_name,
        "partner_business_name": partner.brand_name,
        "partner_business_logo": partner.logo_url,
        "partner_business_type_id": partner.business_type_id,
        "partner_category_id": partner.category_id,
        "partner_category_name": CATEGORIES.get(partner.category_id, ""),
        "partner_no_hp_business": partner.business_phone or partner.phone,
        "is_onboarding": int(partner.is_onboarded),
        "vehicle": [name for name in partner.vehicles.split(",") if name],
    }


def _flags(partner: Partner) -> dict[str, Any]:
    return {
        "partner_is_allowed_edit": partner.is_allowed_edit,
        "partner_is_mutation_bank": partner.is_mutation_bank,
        "partner_is_custom_label": partner.is_custom_label,
        "partner_is_tracking_sales": partner.is_tracking_sales,
        "partner_is_tracking_sales_dashboard": partner.is_tracking_sales,
        "partner_is_order_notes": partner.is_order_notes,
        "partner_is_shipping_cost": partner.is_shipping_cost,
        "partner_is_return_insight": partner.is_return_insight,
        "partner_is_mass_order": partner.is_mass_order,
        "partner_is_customer_reputation": partner.is_customer_reputation,
        "partner_is_notification_whatsapp": int(partner.notify_whatsapp),
    }


def _places(address: Address | None) -> dict[str, Any]:
    if address is None:
        nowhere = {"province": Region(), "regency": Region(), "district": Region()}
        empty = {"user_address": "", "address_partner_business": "", "city_code": ""}
        return nowhere | empty | {"user_address_default": DefaultAddress()}
    return {
        "province": Region(name=address.province),
        "regency": Region(name=address.city),
        "district": Region(name=address.district),
        "user_address": address.detail,
        "user_address_default": DefaultAddress(
            address_id=address.id,
            name=address.name,
            detail_address=address.detail,
            pic=address.pic,
            pic_phone=address.pic_phone,
        ),
        "address_partner_business": f"{address.detail}, {address.district}, {address.city}, {address.province}",
        "city_code": address.city_code,
    }
