"""Partners (sellers), their addresses and the notes that staff write about them."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, SmallInteger, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime
from texts import Text, word
from vocabulary import BLOCKING, ProblemMark

CATEGORIES = {1: "Fashion", 2: "Kecantikan", 3: "Makanan & Minuman", 4: "Elektronik", 5: "Rumah Tangga", 6: "Lainnya"}


class Partner(Base):
    """A seller. `problem_status`: a ProblemMark. `vehicles` that fetch its parcels, by comma.

    `category_id` is one of CATEGORIES, 0 where it is not known. `is_onboarded`: it has set up its shop.
    """

    __tablename__ = "partners"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    brand_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(100), default="")
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem_status: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_tracking_sales: Mapped[bool] = mapped_column(Boolean, default=False)
    notify_whatsapp: Mapped[bool] = mapped_column(Boolean, default=False)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_onboarded: Mapped[bool] = mapped_column(Boolean, default=False)
    is_allowed_edit: Mapped[bool] = mapped_column(Boolean, default=False)
    is_mutation_bank: Mapped[bool] = mapped_column(Boolean, default=False)
    is_custom_label: Mapped[bool] = mapped_column(Boolean, default=False)
    is_order_notes: Mapped[bool] = mapped_column(Boolean, default=False)
    is_shipping_cost: Mapped[bool] = mapped_column(Boolean, default=False)
    is_return_insight: Mapped[bool] = mapped_column(Boolean, default=False)
    is_mass_order: Mapped[bool] = mapped_column(Boolean, default=False)
    is_customer_reputation: Mapped[bool] = mapped_column(Boolean, default=False)
    logo_url: Mapped[str] = mapped_column(String(500), default="")
    business_phone: Mapped[str] = mapped_column(String(20), default="")
    business_type_id: Mapped[int] = mapped_column(SmallInteger, default=0)
    category_id: Mapped[int] = mapped_column(SmallInteger, default=0)
    vehicles: Mapped[str] = mapped_column(String(100), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def is_blocked(self) -> bool:
        """Whether its mark stops payouts."""
        return self.problem_status in BLOCKING

    @property
    def mark(self) -> Text:
        """The mark as it stands in a sentence."""
        return word(ProblemMark(self.problem_status).name.lower())


class Address(Base):
    """A pickup address of a partner."""

    __tablename__ = "addresses"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(String(500))
    district: Mapped[str] = mapped_column(String(100))
    city: Mapped[str] = mapped_column(String(100))
    province: Mapped[str] = mapped_column(String(100))
    city_code: Mapped[str] = mapped_column(String(20), default="")
    pic: Mapped[str] = mapped_column(String(200))
    pic_phone: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PartnerNote(Base):
    """One note on a partner. The newest is the contract's `notes`, and says who looks after the partner and when it is
    called next; the older ones are its history."""

    __tablename__ = "partner_notes"
    __table_args__ = (
        Index(None, "partner_id", "created_at"),
        {"info": {"followed": True}},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(LongText)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    next_follow_up: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
