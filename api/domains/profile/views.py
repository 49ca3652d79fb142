"""The profile of a user."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.partners.models import Address, Partner
from vocabulary import Role

GENDERS = {1: "Laki-laki", 2: "Perempuan"}
MARITAL = {0: "Belum Menikah", 1: "Menikah"}


def profile(session: Session, user: User) -> dict[str, Any]:
    """The contract's profile, with the partner's first address as region; regions have no ids in this store."""
    partner = session.scalar(select(Partner).where(Partner.user_id == user.id))
    address = None
    if partner is not None:
        address = session.scalar(select(Address).where(Address.partner_id == partner.id).order_by(Address.id).limit(1))
    return {
        "user_id": user.id,
        "user_name": user.username,
        "user_fullname": user.full_name,
        "user_birth_date": user.birth_date or "",
        "user_gender": f"{user.gender} | {GENDERS.get(user.gender, '-')}",
        "user_marital_status": f"{user.marital_status} | {MARITAL.get(user.marital_status, '-')}",
        "user_phone": user.phone,
        "user_kompoints": 0,
        "province": _region(address.province if address else ""),
        "regency": _region(address.city if address else ""),
        "district": _region(address.district if address else ""),
        "user_address": address.detail if address else "",
        "is_komship": 1 if partner else 0,
        "partner_id": partner.id if partner else 0,
        "shipping": "JNE",
        "payment_method": "COD",
        "partner_is_tracking_sales": bool(partner and partner.is_tracking_sales),
        "partner_is_tracking_sales_dashboard": bool(partner and partner.is_tracking_sales),
        "partner_is_notification_whatsapp": int(bool(partner and partner.notify_whatsapp)),
        "user_email": user.email,
        "role_id": user.role_id,
        "role": Role(user.role_id).name.lower(),
    }


def _region(name: str) -> dict[str, Any]:
    return {"id": 0, "name": name}
