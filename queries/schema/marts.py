"""Marts: what the pages open with. Each is a function of the facts alone (mart_partner_recent: and of the WIB day) and
always equals its rebuild from them."""

from queries.measures import RECENT
from queries.schema.base import count, day, instant, key, optional_count, table, text_column

ALL_PARTNERS = 0  # as partner_id

mart_order_days = table(
    "mart_order_days",
    day("day"),
    text_column("state"),
    text_column("courier"),
    text_column("payment_method"),
    count("entered"),  # events into the state on the day (flow)
    count("left_state"),  # events out of the state on the day; entered - left summed up to a day is the backlog
    count("cohort_reached"),  # orders created on the day that ever entered the state
    count(
        "cohort_now"
    ),  # orders created on the day whose current state this is (Retur with is_retur 2: Retur Diterima)
    count("cohort_grand_total"),  # rupiah of cohort_now
    grain="WIB day x state (7, with Retur Diterima) x courier x payment method",
    key=("day", "state", "courier", "payment_method"),
)

mart_partner_months = table(
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
    count("service_fee"),  # rupiah, delivered only
    count("shipping_cashback"),  # rupiah, delivered only
    grain="partner x WIB month of shipping (created: of creation) x courier",
    key=("partner_id", "month", "courier"),
)

mart_partner_recent = table(
    "mart_partner_recent",
    day("as_of"),
    key("partner_id"),
    text_column("courier"),
    *(count(name) for name in RECENT),
    grain="partner (0: all of them) x courier with anything recent, as of one WIB day, the same in all rows",
    key=("as_of", "partner_id", "courier"),
)

mart_partner_pickup_days = table(
    "mart_partner_pickup_days",
    key("partner_id"),
    day("day"),
    count("handed"),
    grain="partner x WIB day with at least one airway bill handed to a courier",
    key=("partner_id", "day"),
    invariants=("handed > 0",),
)

mart_partners = table(
    "mart_partners",
    key("partner_id"),
    text_column("full_name"),
    text_column("brand_name"),
    text_column("email"),
    text_column("phone"),
    text_column("city"),
    text_column("search_text"),  # lower(full_name || chr(10) || email || chr(10) || phone)
    count("problem_status"),
    day("join_date"),
    day("first_product", nullable=True),
    day("first_pickup", nullable=True),
    day("last_pickup", nullable=True),
    count("orders_created"),
    count("orders_shipped"),
    count("orders_returned"),
    count("orders_problem"),
    count("orders_delivered"),
    count("grand_total"),
    count("payouts"),  # withdrawals completed
    optional_count("usual_payout"),  # median of their amounts, rupiah
    count("tickets"),
    count("unread_tickets"),
    count("notes"),
    text_column("last_note", nullable=True),
    instant("last_note_at"),
    grain="one row per partner: its roll-up over its whole life",
    key=("partner_id",),
)

mart_open_pickups = table(
    "mart_open_pickups",
    key("pickup_order_id"),
    key("partner_id"),
    text_column("courier"),
    instant("due_at", nullable=False),
    grain="one row per waiting airway bill (neither handed nor canceled)",
    key=("pickup_order_id",),
)

mart_pickup_days = table(
    "mart_pickup_days",
    day("due_date"),
    count("due_hour"),  # WIB hour 0-23
    text_column("courier"),
    count("handed"),
    count("late"),  # handed after due
    count("late_seconds"),  # sum over the late ones
    grain="WIB due day x due hour x courier, handed airway bills only",
    key=("due_date", "due_hour", "courier"),
    invariants=("late BETWEEN 0 AND handed",),
)

mart_ticket_days = table(
    "mart_ticket_days",
    day("day"),
    text_column("courier"),
    count("tickets"),
    grain="WIB day of creation x courier",
    key=("day", "courier"),
    invariants=("tickets > 0",),
)
