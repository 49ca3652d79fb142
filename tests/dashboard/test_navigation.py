"""Which role sees which page."""

import pytest

from dashboard.navigation import pages_for, registry, sections

SEEN_BY_ALL = {"ringkasan", "pickup", "tiket", "reliabilitas", "partner-growth", "partner", "pesanan", "detail-tiket"}


@pytest.mark.parametrize(
    ("role", "further"),
    [
        ("admin", {"bermasalah", "withdrawal", "batch", "pendapatan", "kesehatan-data", "pengguna", "audit"}),
        ("finance", {"withdrawal", "batch", "pendapatan", "audit"}),
        ("growth", set()),
    ],
)
def test_a_role_has_its_pages(role: str, further: set[str]) -> None:
    assert {entry.key for entry in pages_for(role)} == SEEN_BY_ALL | further


@pytest.mark.parametrize("role", ["mitra", "partner", "", "ADMIN"])
def test_other_roles_have_none(role: str) -> None:
    assert pages_for(role) == ()


def test_every_page_has_a_script_a_section_and_an_address_of_its_own() -> None:
    entries = registry()
    assert all(entry.path.is_file() for entry in entries)
    assert {entry.section for entry in entries} == set(sections())
    assert len({entry.key for entry in entries}) == len(entries)
