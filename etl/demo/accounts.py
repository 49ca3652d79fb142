"""The demo accounts, one per kind of user, and the couriers."""

from datetime import datetime

from sqlalchemy import Connection, insert

from api.models import Shipment, User
from etl.demo.couriers import COURIERS
from vocabulary import Role

ACCOUNTS = {
    "admin": (Role.ADMIN, "Ayu Administrator", 2),
    "growth": (Role.GROWTH, "Gita Growth", 2),
    "finance": (Role.FINANCE, "Fina Keuangan", 2),
    "finance2": (Role.FINANCE, "Farhan Keuangan", 1),
    "mitra": (Role.MITRA, "Mira Mitra", 2),
    "partner": (Role.PARTNER, "Putra Partner", 1),
}
ADMIN_ID, GROWTH_ID, FINANCE_ID, FINANCE2_ID, _MITRA_ID, PARTNER_ID = range(1, 7)


def create_accounts(connection: Connection, *, now: datetime, password_hash: str) -> None:
    """Insert the accounts (ids 1 to 6, in the order of ACCOUNTS) into an empty users table."""
    rows = [
        {
            "id": number,
            "username": name,
            "email": f"{name}@demo.komship.test",
            "full_name": full_name,
            "phone": f"08121000000{number}",
            "role_id": int(role),
            "password_hash": password_hash,
            "birth_date": "17/08/1990",
            "gender": gender,
            "marital_status": 0,
            "created_at": now,
            "updated_at": now,
        }
        for number, (name, (role, full_name, gender)) in enumerate(ACCOUNTS.items(), 1)
    ]
    connection.execute(insert(User), rows)


def create_couriers(connection: Connection, *, now: datetime) -> None:
    """Insert COURIERS as shipments 1, 2, ... in their order."""
    rows = [
        {
            "id": number,
            "code": courier.code,
            "name": courier.name,
            "service_fee_bp": courier.service_fee_bp,
            "cashback_bp": courier.cashback_bp,
            "is_active": True,
            "updated_at": now,
        }
        for number, courier in enumerate(COURIERS, 1)
    ]
    connection.execute(insert(Shipment), rows)
