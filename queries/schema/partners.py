"""Partners: who they are, what they sell, and their trade by month, by day and over their whole life."""

from queries.measures import RECENT
from queries.schema.base import (
    count,
    day,
    dimension,
    fact,
    flag,
    instant,
    key,
    mart,
    optional_count,
    optional_flag,
    optional_key,
    text_column,
)

ALL_PARTNERS = 0  # as partner_id of mart_partner_recent

dim_users = dimension(
    "dim_users",
    key("user_id"),
    text_column("source"),
    text_column("full_name"),
    count("role_id"),
    instant("updated_at", nullable=False),
    grain="one row per user",
    key=("user_id",),
)

dim_partners = dimension(
    "dim_partners",
    key("partner_id"),
    text_column("source"),
    optional_key("user_id"),
    text_column("full_name"),
    text_column("brand_name"),
    text_column("email"),
    text_column("phone"),
    text_column("city"),
    text_column("name_key"),  # keys to find a partner by (queries/search_keys.py)
    text_column("phone_key"),
    instant("joined_at", nullable=False),
    day("join_date"),
    count("problem_status"),
    instant("email_verified_at"),
    optional_flag("is_onboarded"),  # files may leave it out
    instant("updated_at", nullable=False),
    grain="one row per partner",
    key=("partner_id",),
    invariants=("problem_status BETWEEN 0 AND 3",),
)

dim_products = dimension(
    "dim_products",
    key("product_id"),
    text_column("source"),
    key("partner_id"),
    text_column("name"),
    instant("created_at", nullable=False),
    day("created_date"),
    instant("updated_at", nullable=False),
    grain="one row per product",
    key=("product_id",),
)

fct_partner_notes = fact(
    "fct_partner_notes",
    key("note_id"),
    text_column("source"),
    key("partner_id"),
    key("author_id"),
    text_column("author_name"),
    text_column("body"),
    optional_key("owner_id"),  # who looks after the partner since this note
    text_column("owner_name", nullable=True),
    day("next_follow_up", nullable=True),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    grain="one row per note; the newest of a partner is its current note",
    key=("note_id",),
)

mart_partner_months = mart(
    "mart_partner_months",
    key("partner_id"),
    day("month"),
    text_column("courier"),
    count("created"),
    count("shipped"),  # handed to the courier in the month
    count("returned"),  # of those shipped in the month: now in Retur
    count("problem"),  # of those shipped in the month: is_problem
    count("delivered"),  # of those shipped in the month: now Diterima
    count("grand_total"),  # rupiah of those shipped
    count("shipping_cost"),  # rupiah of those shipped
    count("service_fee"),  # rupiah, delivered only
    count("profit"),  # rupiah, delivered only
    grain="partner x WIB month of shipping (created: of creation) x courier",
    key=("partner_id", "month", "courier"),
)

mart_partner_recent = mart(
    "mart_partner_recent",
    day("as_of"),
    key("partner_id"),
    text_column("courier"),
    *(count(name) for name in RECENT),
    grain="partner (0: all of them) x courier with anything recent, as of one WIB day, the same in all rows",
    key=("as_of", "partner_id", "courier"),
)

mart_partner_pickup_days = mart(
    "mart_partner_pickup_days",
    key("partner_id"),
    day("day"),
    count("handed"),
    grain="partner x WIB day with at least one airway bill handed to a courier",
    key=("partner_id", "day"),
    invariants=("handed > 0",),
)

mart_partners = mart(
    "mart_partners",
    key("partner_id"),
    text_column("full_name"),
    text_column("brand_name"),
    text_column("email"),
    text_column("phone"),
    text_column("city"),
    text_column("search_text"),  # lower(full_name || chr(10) || email || chr(10) || phone)
    count("problem_status"),
    instant("email_verified_at"),
    flag("is_onboarded"),
    day("join_date"),
    day("first_product", nullable=True),
    day("first_order", nullable=True),
    day("first_pickup", nullable=True),
    day("last_pickup", nullable=True),
    optional_count("twice_usual_gap"),  # days, of the rhythm that segments are judged by (queries/segments.py)
    count("orders_created"),
    count("orders_shipped"),
    count("orders_returned"),
    count("orders_problem"),
    count("orders_delivered"),
    count("grand_total"),
    count("shipping_cost"),
    count("service_fee"),
    count("payouts"),  # withdrawals completed
    optional_count("usual_payout"),  # median of their amounts, rupiah
    count("tickets"),
    count("unread_tickets"),
    count("notes"),
    text_column("last_note", nullable=True),
    instant("last_note_at"),
    optional_key("owner_id"),  # as the newest note says, as the next ones
    text_column("owner_name", nullable=True),
    day("next_follow_up", nullable=True),
    grain="one row per partner: its roll-up over its whole life",
    key=("partner_id",),
)
