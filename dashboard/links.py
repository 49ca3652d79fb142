"""Every address of the dashboard: the paths of its pages, the keys behind the question mark, and links made of both.

An address holds codes, never labels.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit

import streamlit as st

T = TypeVar("T")
Change = tuple[str, Sequence[str]]
"""A key of the address and the texts that it gets; without any it leaves the address."""
HOME = "/"
_NOT_PAGES = ("login", "logout", "language", "theme", "export", "find", "api", "_stcore")
# a path of plain segments, then whatever a query and an anchor hold; browsers send all other signs percent-encoded
_LOCAL = re.compile(r"(/[A-Za-z0-9._~%!$&'()*+,;=@-]*)+([?#][!-\[\]-~]*)?")
_MOST_SIGNS = 4096
_MOST_DIGITS = 15
_YEARS = range(1970, 2101)  # of a day in the address
_PAGE = "_hal"


class PagePath(StrEnum):
    """The path of each page."""

    SUMMARY = "ringkasan"
    PICKUP_MONITORING = "pickup"
    TICKET_TOTAL = "tiket"
    RELIABILITY = "reliabilitas"
    PARTNER_GROWTH = "partner-growth"
    PARTNER_DETAIL = "partner"
    PROBLEM_PARTNERS = "bermasalah"
    ORDER = "pesanan"
    TICKET = "detail-tiket"
    WITHDRAWAL_REVIEW = "withdrawal"
    PAYOUT_BATCH = "batch"
    INCOME = "pendapatan"
    DATA_HEALTH = "kesehatan-data"
    USERS = "pengguna"
    AUDIT = "audit"


class AddressKey(Generic[T]):
    """One value in the address. `read` makes it of the text, or answers None for a text that means nothing."""

    def __init__(self, name: str, read: Callable[[str], T | None], write: Callable[[T], str] = str) -> None:
        self.name = name
        self._read = read
        self._write = write

    def get(self) -> T | None:
        """The value; None where the address has none, or one that cannot be read."""
        text = st.query_params.get(self.name)
        return None if text is None else self._read(text)

    def texts(self) -> list[str]:
        """What the address says, unread; a key may be repeated."""
        return list(st.query_params.get_all(self.name))

    def is_given(self) -> bool:
        """Whether the address has the key at all."""
        return self.name in st.query_params

    def to(self, *values: T) -> Change:
        """What writes the key once for each value, for `change_address`."""
        return self.name, [self._write(value) for value in values]

    def set(self, value: T) -> None:
        """Write the value into the address."""
        change_address(self.to(value))

    def remove(self) -> None:
        """Take the key out of the address."""
        change_address(self.to())

    def pair(self, value: T) -> tuple[str, str]:
        """Key and text, for `page_link`."""
        return self.name, self._write(value)


def change_address(*changes: Change) -> None:
    """Write several keys at once: one step for the browser's Back."""
    before = {key: st.query_params.get_all(key) for key in st.query_params}
    after = before | {key: list(texts) for key, texts in changes}
    after = {key: texts for key, texts in after.items() if texts}
    if after != before:
        st.query_params.from_dict(after)


def whole_number(text: str) -> int | None:
    """The number that a text of up to 15 digits names."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None  # at the ends of the calendar there is no day before or after


def _switch(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _switched(is_on: bool) -> str:
    return str(is_on).lower()


def _text(text: str) -> str:
    return text


# every page
LANGUAGE = AddressKey("lang", _text)
SEARCH = AddressKey("q", _text)
PERIOD = AddressKey("periode", _text)
PERIOD_START = AddressKey("dari", _day, date.isoformat)
PERIOD_END = AddressKey("sampai", _day, date.isoformat)
COURIERS = AddressKey("kurir", _text)
COMPARE = AddressKey("banding", _switch, _switched)
VIEW = AddressKey("tampilan", _text)

# Monitoring Pickup
PICKUPS_SHOWN = AddressKey("tampil", _text)
OVERDUE_PARTNER = AddressKey("partner", whole_number)
PICKUP_CELL = AddressKey("sel", _text)

# Total Tiket
TICKET_OPEN = AddressKey("buka", _text)

# Metrik Reliabilitas
COUNTED_BY = AddressKey("sudut", _text)

# Perkembangan Partner and Juragan
JOINED = AddressKey("gabung", _text)
LAST_PICKUP = AddressKey("pickup", _text)
SEGMENT = AddressKey("segmen", _text)
CITIES = AddressKey("kota", _text)
OWNER = AddressKey("pic", _text)
MONTH = AddressKey("bulan", _text)

# Bermasalah
PROBLEM_SCOPE = AddressKey("cakupan", _text)
PROBLEM_MARK = AddressKey("tanda", _text)

# Detail Partner
PARTNER = AddressKey("id", whole_number)
PARTNER_LIST = AddressKey("bagian", _text)

# Pesanan
ORDER = AddressKey("id", whole_number)

# Detail Tiket
TICKET = AddressKey("id", whole_number)

# Review Withdrawal
WITHDRAWAL = AddressKey("id", whole_number)
WITHDRAWAL_NUMBER = AddressKey("angka", _text)
WITHDRAWAL_STATUS = AddressKey("wd_status", _text)
WITHDRAWAL_RISK = AddressKey("wd_risiko", _text)
WITHDRAWAL_PAID = AddressKey("wd_dibayar", _text)
WITHDRAWAL_VIEW = AddressKey("wd_tampilan", _text)
PAID_PERIOD = AddressKey("bayar", _text)

# Batch Pembayaran
BATCH = AddressKey("batch", whole_number)

# Pendapatan & Profit
INCOME_METHOD = AddressKey("metode", _text)
INCOME_PARTNER = AddressKey("partner", whole_number)
INCOME_BY = AddressKey("per", _text)

# Kesehatan Data
ASIDE_SOURCE = AddressKey("sumber", _text)
ASIDE_TABLE = AddressKey("tabel", _text)
ASIDE_FILE = AddressKey("berkas", _text)

# Pengguna & Peran
USER_ROLE = AddressKey("peran", _text)
USER_STATE = AddressKey("keadaan", _text)

# Audit
AUDIT_ACTION = AddressKey("aksi", _text)
AUDIT_SUBJECT = AddressKey("objek", _text)


def span_keys(key: AddressKey[str]) -> tuple[AddressKey[date], AddressKey[date]]:
    """First and last day of a period."""
    if key is PERIOD:
        return PERIOD_START, PERIOD_END
    return AddressKey(f"{key.name}_dari", _day, date.isoformat), AddressKey(f"{key.name}_sampai", _day, date.isoformat)


def sort_key(table: str) -> AddressKey[str]:
    """The column that a table is sorted by."""
    return AddressKey(f"{table}_urut", _text)


def descending_key(table: str) -> AddressKey[bool]:
    """Whether a table is sorted downwards."""
    return AddressKey(f"{table}_turun", _switch, _switched)


def page_key(table: str) -> AddressKey[int]:
    """The page of a table."""
    return AddressKey(f"{table}{_PAGE}", whole_number)


def first_pages() -> Iterator[Change]:
    """What leads every table of the address to its first page."""
    return ((key, ()) for key in st.query_params if key.endswith(_PAGE))


def open_key(table: str) -> AddressKey[str]:
    """The key of the open row of a table."""
    return AddressKey(f"{table}_buka", _text)


def size_key(table: str) -> AddressKey[int]:
    """How many rows a page of a table has."""
    return AddressKey(f"{table}_baris", whole_number)


def page_link(path: PagePath, *pairs: tuple[str, str]) -> str:
    """The address of a page with values: `page_link(PagePath.PARTNER_DETAIL, PARTNER.pair(7))`."""
    return f"/{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def partner_link(partner_id: int, part: str = "") -> str:
    """A partner's page, at one of its lists."""
    pairs = [PARTNER.pair(partner_id), *([PARTNER_LIST.pair(part)] if part else [])]
    return page_link(PagePath.PARTNER_DETAIL, *pairs)


def order_link(order_id: int) -> str:
    """An order's page."""
    return page_link(PagePath.ORDER, ORDER.pair(order_id))


def ticket_link(ticket_id: int) -> str:
    """A ticket's page."""
    return page_link(PagePath.TICKET, TICKET.pair(ticket_id))


def withdrawal_link(withdrawal_id: int, number: str = "") -> str:
    """The review page with a request open, and the orders behind one of its numbers."""
    pairs = [WITHDRAWAL.pair(withdrawal_id), *([WITHDRAWAL_NUMBER.pair(number)] if number else [])]
    return page_link(PagePath.WITHDRAWAL_REVIEW, *pairs)


def batch_link(batch_id: int) -> str:
    """A payout batch."""
    return page_link(PagePath.PAYOUT_BATCH, BATCH.pair(batch_id), VIEW.pair("batch"))


def link_here(*pairs: tuple[str, str]) -> str:
    """The address of the open page with some of its values replaced."""
    replaced = {key for key, _value in pairs}
    kept = [(key, value) for key in st.query_params if key not in replaced for value in st.query_params.get_all(key)]
    return (urlsplit(st.context.url or "").path or HOME) + f"?{urlencode([*kept, *pairs], quote_via=quote)}"


def new_address(*changes: Change) -> None:
    """Take every key out of the address, but for these."""
    change_address(*((key, ()) for key in st.query_params), *changes)


def current_path() -> str:
    """The same without the host, to come back to."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    query = urlencode(pairs, quote_via=quote)
    return (urlsplit(st.context.url or "").path or HOME) + (f"?{query}" if query else "")


def local_path(way: str | None) -> str:
    """`way` when it is the address of a page of this site, else the start page: nobody is sent to another site."""
    if not way or len(way) > _MOST_SIGNS or not _LOCAL.fullmatch(way):
        return HOME
    segments = unquote(re.split(r"[?#]", way)[0]).removeprefix("/").split("/")
    is_plain = all(segment not in (".", "..") and segment.isprintable() and "\\" not in segment for segment in segments)
    is_whole = "" not in segments[:-1]  # no // that could be read as the start of a host
    return way if is_plain and is_whole and segments[0] not in _NOT_PAGES else HOME


def login_link(way: str, *, ended: bool) -> str:
    """The sign-in, which leads back to `way`; `ended` lets it say that the session is over."""
    return f"/login?{urlencode({'next': way} | ({'ended': '1'} if ended else {}))}"
