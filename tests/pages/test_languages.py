"""Each page speaks one language: no word that only the other one's catalogue has, and no code of the stores."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from google.protobuf.message import Message
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard.i18n import translations
from dashboard.navigation import registry
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables

VIEWS = [
    ("partner_growth", {"tampilan": "juragan"}),
    ("partner_detail", {"id": "1"}),
    ("partner_detail", {"id": "1", "bagian": "catatan"}),
    ("order", {"id": "1"}),
    ("ticket", {"id": "1"}),
    ("withdrawal", {"tampilan": "dibayar"}),
    ("ticket", {"id": "1"}),
    ("reliability", {"sudut": "kohort"}),
    ("withdrawal", {"wd_status": "completed", "periode": "30d"}),
    ("payouts", {"tampilan": "pilih"}),
    ("payouts", {"tampilan": "terbuka"}),
]
SHOWN = {"body", "label", "help", "placeholder", "options", "title", "caption", "delta", "text"}
"""Fields of Streamlit's elements that a reader sees."""
DRAWN = {"text", "name", "hovertemplate", "ticktext", "title", "customdata"}
"""Fields of a Plotly figure that a reader sees."""
MONTHS = {"id": r"\b(May|Aug|Oct|Dec)\b", "en": r"\b(Mei|Agu|Agt|Okt|Des)\b"}  # those of the other language
NAMES = {"Mandiri - MCM mass upload"}
"""Names of other people's products."""
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
FREE_TEXTS = (
    "SELECT full_name || ' ' || brand_name || ' ' || city FROM dim_partners",
    "SELECT name FROM dim_products",
    "SELECT full_name FROM dim_users",
    "SELECT body || ' ' || author_name FROM fct_partner_notes",
    "SELECT bank_account_name || ' ' || bank_name || ' ' || coalesce(notes, '') FROM fct_withdrawals",
    "SELECT description || ' ' || ticket_type FROM fct_tickets",
    "SELECT body FROM fct_ticket_messages",
    "SELECT customer_name || ' ' || customer_city || ' ' || coalesce(problem_description, '') FROM fct_orders",
    "SELECT address_name || ' ' || address_detail || ' ' || district || ' ' || city || ' ' || pic FROM fct_pickups",
)


def words(said: str) -> set[str]:
    return set(re.findall(r"[a-zé]{3,}", said.lower()))


def plain(said: str) -> str:
    """A text without the addresses, tags and named values in it."""
    no_links = re.sub(r"\]\([^)]*\)|https?://\S+|:material/\w+:|:\w+(-\w+)*\[", " ", said)
    return unescape(re.sub(r"<style.*?</style>|<[^>]*>|\{[^}]*\}|%\{[^}]*\}", " ", no_links, flags=re.DOTALL))


def own_words(language: str) -> set[str]:
    """Words that stand in the texts of one language only."""
    indonesian: set[str] = set()
    english: set[str] = set()
    for message, forms in translations("en").items():
        indonesian |= words(plain(message.rpartition("\x04")[2]))
        for form in forms:
            english |= words(plain(form))
    return indonesian - english if language == "id" else english - indonesian


def fields(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        parts = value if field.is_repeated else [value]
        for part in parts:
            if isinstance(part, Message):
                yield from fields(part)
            elif isinstance(part, str) and field.name in SHOWN:
                yield part


def drawn(figure: Any) -> Iterator[str]:
    """The texts of a figure."""
    if isinstance(figure, dict):
        for name, value in figure.items():
            if isinstance(value, str) and name in DRAWN:
                yield value
            elif isinstance(value, list) and name in DRAWN:
                yield from (each for each in value if isinstance(each, str))
            else:
                yield from drawn(value)
    elif isinstance(figure, list):
        for value in figure:
            yield from drawn(value)


def texts_of(page: AppTest) -> Iterator[str]:
    """What the page says, but for the cells of tables that hold data."""
    for element in page.main:
        yield from of_element(element)
    for given in given_to_tables(page):
        yield given["label"]
        for at, column in enumerate(given["columns"]):
            yield from (column["label"], column.get("help") or "")
            if column["kind"] == "badge":
                yield from (str(row["cells"][at]) for row in given["rows"])


def of_element(element: Any) -> Iterator[str]:
    if hasattr(element, "children"):
        for child in element.children.values():
            yield from of_element(child)
    proto = getattr(element, "proto", None)
    if isinstance(proto, Message):
        yield from fields(proto)
        if element.type == "plotly_chart":
            yield from drawn(json.loads(proto.spec))


@pytest.fixture(scope="module")
def written_by_people(filled: Product) -> set[str]:
    """Words of names and notes, which may be of any language."""
    with filled.warehouse.read() as connection:
        return {word for query in FREE_TEXTS for (said,) in connection.execute(text(query)) for word in words(said)}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("name", "address"), [*((entry.name, {}) for entry in registry() if not entry.hidden), *VIEWS], ids=str
)
def test_a_page_speaks_one_language(
    run_page: RunPage, filled: Product, written_by_people: set[str], name: str, address: dict[str, str], language: str
) -> None:
    role = "finance" if name == "payouts" else "admin"
    page = run_page(filled, name, role, lang=language, **address)
    said = [plain(each) for each in texts_of(page) if each not in NAMES]
    assert len(said) > 10
    foreign = own_words("en" if language == "id" else "id") - written_by_people
    assert {each: sorted(found) for each in said if (found := words(each) & foreign)} == {}
    assert [each for each in said if CODE.search(each) or re.search(MONTHS[language], each)] == []
