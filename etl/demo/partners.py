"""Partners with what belongs to them: products, addresses, bank accounts, notes, ledger accounts."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from api.domains.partners.models import CATEGORIES
from api.ports.name_check import AccountHolder, compare_names
from etl.demo import names
from etl.demo.accounts import GROWTH_ID, PARTNER_ID
from etl.demo.calendar import DAY, HISTORY_DAYS, HOUR, NEVER, Calendar, Ints, wib_days
from etl.demo.totals import ExpectedTotals
from etl.demo.writing import Writer, keys_or_null, stamps

PRODUCTS_EACH = 3
MAX_PARTNERS = 60_000
MIN_PARTNERS = 30
STRANGERS = (11, 23)  # positions whose bank account is in another name
MOVED = (7, 19)  # positions whose bank account was changed within the last day
FIRST_PARTNER_ACCOUNT = 4  # after the three platform accounts of the ledger


@dataclass(frozen=True, slots=True)
class Partners:
    """All partners by position; partner id = position + 1, its orders are `orders[position]` many.

    Products of partner p have ids p*3-2 .. p*3 where `has_product`; address and bank account have the partner's id.
    """

    orders: Ints
    joined: Ints
    bad: NDArray[np.bool_]
    no_pickup: NDArray[np.bool_]
    has_product: NDArray[np.bool_]
    full_name: list[str]
    brand: list[str]
    price: Ints  # by product id - 1
    bank: list[str]
    account_no: list[str]
    account_name: list[str]


def draw_partners(rng: np.random.Generator, calendar: Calendar, orders: int) -> Partners:
    """Who sells, and how many of `orders` each has: a few sell most, the last 5 % have never sold."""
    count = min(MAX_PARTNERS, max(MIN_PARTNERS, orders // 100))
    idle = max(4, count // 20)
    selling = count - idle
    ranks = np.concatenate([[3], rng.permutation(np.setdiff1d(np.arange(selling), [3]))])
    weights = 1 / (ranks + 3.0) ** 0.9
    sizes = np.concatenate([rng.multinomial(orders, weights / weights.sum()), np.zeros(idle, dtype=np.int64)])
    no_pickup = np.zeros(count, dtype=np.bool_)
    no_pickup[np.flatnonzero(ranks >= selling - 2)] = True
    bad = np.zeros(count, dtype=np.bool_)
    bad[np.flatnonzero((ranks == 5) | (ranks == 9) | (ranks % 400 == 60))] = True
    has_product = np.ones(count, dtype=np.bool_)
    has_product[count - idle // 2 :] = False
    span = (HISTORY_DAYS - 10) * DAY
    joined = calendar.start + (rng.random(count) ** 1.6 * span).astype(np.int64)
    joined[:2] = calendar.start + np.array([DAY, 2 * DAY])
    full_name = [
        f"{names.FIRST[first]} {names.LAST[last]}"
        for first, last in zip(
            rng.integers(len(names.FIRST), size=count), rng.integers(len(names.LAST), size=count), strict=True
        )
    ]
    full_name[2 : 2 + len(names.HARD_NAMES)] = names.HARD_NAMES
    shops = zip(rng.integers(len(names.SHOP), size=count), rng.integers(len(names.BRAND), size=count), strict=True)
    brand = [f"{names.SHOP[shop]} {names.BRAND[word]}" for shop, word in shops]
    brand[2 : 2 + len(names.HARD_NAMES)] = names.HARD_NAMES
    goods = np.array([price for _name, price in names.GOODS])
    price = goods[rng.integers(len(goods), size=count * PRODUCTS_EACH)]
    price[PRODUCTS_EACH] = 987_654_000  # the second partner sells something very dear
    account_no = [str(number) for number in rng.integers(10**9, 10**10, size=count)]
    account_no[5] = account_no[4]  # two partners, one bank account
    account_name = list(full_name)
    for stranger in STRANGERS:
        if stranger < count:
            account_name[stranger] = full_name[0]
    bank = [names.BANKS[index] for index in rng.integers(len(names.BANKS), size=count)]
    bank[5] = bank[4]
    return Partners(sizes, joined, bad, no_pickup, has_product, full_name, brand, price, bank, account_no, account_name)


def write_partners(
    writer: Writer, rng: np.random.Generator, calendar: Calendar, partners: Partners, totals: ExpectedTotals
) -> None:
    """Write everything of the partners but their trade."""
    count = len(partners.orders)
    ids = np.arange(1, count + 1)
    places = rng.integers(len(names.PLACES), size=count).tolist()
    phones = [
        f"08{prefix}{rest:08d}"
        for prefix, rest in zip(
            rng.choice([12, 13, 52, 57, 78, 95], size=count).tolist(),
            rng.integers(10**8, size=count).tolist(),
            strict=True,
        )
    ]
    joined = stamps(partners.joined)
    status = np.where(partners.bad & (ids % 2 == 0), 2, 0)
    user = np.where(ids == 1, PARTNER_ID, 0)
    writer.write("partners", {
        "id": ids, "user_id": keys_or_null(user), "full_name": partners.full_name, "brand_name": partners.brand,
        "email": [f"partner{number}@mitra.komship.test" for number in ids.tolist()], "phone": phones,
        "city": [names.PLACES[place][1] for place in places], "joined_at": joined, "problem_status": status,
        "email_verified_at": joined,
        "is_tracking_sales": ids % 2, "notify_whatsapp": ids % 3 // 2, "is_onboarded": partners.has_product.astype(int),
        "is_allowed_edit": [1] * count, "is_order_notes": ids % 2, "is_return_insight": ids % 3 // 2,
        "is_shipping_cost": ids % 4 // 3, "business_phone": phones, "business_type_id": ids % 2 + 1,
        "category_id": ids % len(CATEGORIES) + 1, "vehicles": [("MOTOR,MOBIL", "MOTOR")[n % 2] for n in range(count)],
        "updated_at": joined,
    })  # fmt: skip
    writer.write("addresses", {
        "id": ids, "partner_id": ids, "name": [f"Gudang {brand}"[:200] for brand in partners.brand],
        "detail": [f"{names.STREETS[n % len(names.STREETS)]} No. {n % 200 + 1}" for n in range(count)],
        "district": [names.PLACES[place][0] for place in places],
        "city": [names.PLACES[place][1] for place in places],
        "province": [names.PLACES[place][2] for place in places],
        "pic": partners.full_name, "pic_phone": phones, "updated_at": joined,
    })  # fmt: skip
    _write_bank_accounts(writer, calendar, partners)
    _write_products(writer, rng, partners)
    _write_notes(writer, rng, calendar, partners)
    totals.partners = count
    for day in wib_days(partners.joined).tolist():
        totals.partners_by_join_month[(date.fromordinal(date(1970, 1, 1).toordinal() + day)).replace(day=1)] += 1


def _write_bank_accounts(writer: Writer, calendar: Calendar, partners: Partners) -> None:
    """One account each, checked by name; a few in a stranger's name, and a few changed within the last day."""
    ids = np.arange(1, len(partners.orders) + 1)
    changed = [position for position in MOVED if position < len(ids)]
    details_at = partners.joined.copy()
    details_at[changed] = calendar.now - 20 * HOUR
    joined, stamped = stamps(partners.joined), stamps(details_at)
    scores = [
        compare_names(AccountHolder(bank, number, holder, (name, brand))).score
        for bank, number, holder, name, brand in zip(
            partners.bank, partners.account_no, partners.account_name, partners.full_name, partners.brand, strict=True
        )
    ]
    writer.write("bank_accounts", {
        "id": ids, "partner_id": ids, "bank_name": partners.bank, "account_no": partners.account_no,
        "account_name": partners.account_name, "is_default": [1] * len(ids), "details_at": stamped,
        "name_score": scores, "name_found": partners.account_name, "name_checked_by": ["local"] * len(ids),
        "name_checked_at": stamped, "created_at": joined, "updated_at": stamped,
    })  # fmt: skip
    writer.write("bank_account_changes", {
        "bank_account_id": ids[changed], "partner_id": ids[changed],
        "bank_name": [partners.bank[position] for position in changed],
        "account_no": [former_account(partners, position) for position in changed],
        "account_name": [partners.full_name[position] for position in changed],
        "changed_by": [None] * len(changed), "changed_at": stamps(details_at[changed]),
    })  # fmt: skip


def former_account(partners: Partners, position: int) -> str:
    """The account number of a partner of MOVED before the change."""
    return str(int(partners.account_no[position]) // 10 * 10 + (int(partners.account_no[position]) + 1) % 10)


def _write_products(writer: Writer, rng: np.random.Generator, partners: Partners) -> None:
    slots = np.flatnonzero(np.repeat(partners.has_product, PRODUCTS_EACH))
    owners = slots // PRODUCTS_EACH
    created = stamps(partners.joined[owners] + rng.integers(HOUR, 2 * DAY, size=len(slots)))
    goods = {price: name for name, price in names.GOODS}
    writer.write("products", {
        "id": slots + 1, "partner_id": owners + 1,
        "name": [goods.get(price, "Kalung Berlian 1/1") for price in partners.price[slots].tolist()],
        "sku": [f"SKU-{slot + 1:06d}" for slot in slots.tolist()], "price": partners.price[slots],
        "weight": rng.integers(1, 20, size=len(slots)) * 100, "created_at": created, "updated_at": created,
    })  # fmt: skip


def _write_notes(writer: Writer, rng: np.random.Generator, calendar: Calendar, partners: Partners) -> None:
    noted = np.flatnonzero((rng.random(len(partners.orders)) < 0.1) | (np.arange(len(partners.orders)) < 3))
    lag = (rng.random(len(noted)) * (calendar.now - partners.joined[noted])).astype(np.int64)
    at = stamps(np.maximum(partners.joined[noted] + lag, NEVER + 1))
    writer.write("partner_notes", {
        "id": np.arange(1, len(noted) + 1), "partner_id": noted + 1, "author_id": [GROWTH_ID] * len(noted),
        "body": [names.NOTES[n % len(names.NOTES)] for n in range(len(noted))],
        "owner_id": [GROWTH_ID if n % 2 == 0 else None for n in range(len(noted))],
        "next_follow_up": [_call_on(calendar, n) for n in range(len(noted))], "created_at": at, "updated_at": at,
    })  # fmt: skip


def _call_on(calendar: Calendar, number: int) -> str | None:
    """The day of the next call about every third note: some days late, today, or in some days."""
    return None if number % 3 else (calendar.today + timedelta(days=number % 9 - 3)).isoformat()
