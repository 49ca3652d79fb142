import pandas as pd
import pytest

from pages.pickup_monitoring.ranking import place_in_words, ranking_sentence, worst_hour_in_words
from queries.pickup_ranking import Handed, ranking

COLUMNS = ["courier", "due_hour", "handed", "late", "late_seconds"]


def rows(*given: tuple[str, int, int, int]) -> pd.DataFrame:
    """Rows of courier, hour, handed over, late; each late one by a minute."""
    return pd.DataFrame([(*row, row[3] * 60) for row in given], columns=COLUMNS)


def test_the_one_that_is_late_most_often_comes_first_and_few_are_not_ranked() -> None:
    found = ranking(rows(("JNE", 9, 40, 4), ("SAP", 9, 30, 6), ("POS", 9, 19, 19)))
    assert [(each.courier, each.place) for each in found] == [("SAP", 1), ("JNE", 2), ("POS", None)]
    assert ranking_sentence(found) == "SAP paling sering terlambat: 20 % (n=30)"
    assert [place_in_words(each) for each in found] == ["1", "2", "n kecil"]


def test_equal_shares_tie_though_their_numbers_differ() -> None:
    found = ranking(rows(("JNE", 9, 30, 3), ("SAP", 9, 20, 2), ("JNT", 9, 40, 1)))
    assert [(each.courier, each.place, each.is_tied) for each in found] == [
        ("JNE", 1, True), ("SAP", 1, True), ("JNT", 3, False),
    ]  # fmt: skip
    assert ranking_sentence(found) == "Seri paling sering terlambat: JNE, SAP, masing-masing 10 %"
    assert place_in_words(found[0]) == "1 (seri)"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([("JNE", 9, 19, 5), ("SAP", 9, 3, 3)], "Terlalu sedikit paket untuk membandingkan ekspedisi"),
        ([("JNE", 9, 50, 5), ("SAP", 9, 3, 3)], "JNE terlambat 10 % (n=50); ekspedisi lain n kecil"),
        ([("JNE", 9, 50, 0), ("SAP", 9, 30, 0)], "Tidak ada ekspedisi yang terlambat pada rentang ini"),
        ([("JNE", 9, 50, 5), ("SAP", 9, 30, 3)], "Semua ekspedisi sama: 10 % terlambat"),
    ],
)
def test_nothing_is_called_worst_by_few_or_when_all_are_equal(
    given: list[tuple[str, int, int, int]], sentence: str
) -> None:
    assert ranking_sentence(ranking(rows(*given))) == sentence


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([(9, 20, 2), (10, 20, 5), (11, 19, 19)], "10.00"),
        ([(9, 20, 5), (10, 40, 10), (11, 20, 1)], "09.00, 10.00 (seri)"),
        ([(9, 20, 5), (10, 40, 10)], "sama di semua jam"),
        ([(9, 20, 0), (10, 40, 0)], "tidak ada yang terlambat"),
        ([(9, 20, 5), (10, 19, 1)], "n kecil"),
        ([(9, 3, 3)], "n kecil"),
    ],
)
def test_the_worst_hour_needs_enough_in_two_hours(hours: list[tuple[int, int, int]], words: str) -> None:
    (found,) = ranking(rows(*(("JNE", *hour) for hour in hours)))
    assert worst_hour_in_words(found) == words


def test_the_parts_of_the_worst_hour_are_its_own() -> None:
    (found,) = ranking(rows(("JNE", 9, 20, 2), ("JNE", 10, 20, 5)))
    assert (found.worst_hours, found.at_worst, found.total, found.late_seconds) == (
        (10,), Handed(20, 5), Handed(40, 7), 420,
    )  # fmt: skip
