"""Each part of the risk score says why it costs what it costs."""

import pytest

from dashboard.actions.risk import (
    AgePart,
    AmountFacts,
    AmountPart,
    DaysFacts,
    ExposureFacts,
    ExposurePart,
    NameFacts,
    NamePart,
    Part,
    RatioFacts,
    RatioPart,
    SharedFacts,
    SharedPart,
    TrendFacts,
    TrendPart,
)
from pages.withdrawal.reasons import reason


def retur(points: float, part: int, whole: int, expected: float) -> RatioPart:
    return RatioPart(key="retur", points=points, weight=20, facts=RatioFacts(part=part, whole=whole, expected=expected))


def trend(points: float, part: int, whole: int) -> TrendPart:
    facts = TrendFacts(part=part, whole=whole, own_part=10, own_whole=100)
    return TrendPart(key="retur_trend", points=points, weight=10, facts=facts)


def amount(points: float, nominal: int, usual: int | None) -> AmountPart:
    facts = AmountFacts(nominal=nominal, usual=usual, completed=17)
    return AmountPart(key="unusual_amount", points=points, weight=10, facts=facts)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            retur(10, 0, 19, 1.5),
            "0 dari 19 pesanan diretur: di bawah 20 pesanan terlalu sedikit untuk dinilai, maka dihitung setengah.",
        ),
        (retur(0, 0, 20, 1.5), "0 dari 20 pesanan diretur, tidak di atas rerata ekspedisinya (1,5)."),
        (retur(10, 4, 20, 2.0), "4 dari 20 pesanan diretur, di atas rerata ekspedisinya (2); penuh mulai 3 kali."),
        (retur(20, 6, 20, 2.0), "6 dari 20 pesanan diretur, sedikitnya 3 kali rerata ekspedisinya (2): penuh."),
        (
            RatioPart(key="problem", points=0, weight=10, facts=RatioFacts(part=1, whole=40, expected=2)),
            "1 dari 40 pesanan bermasalah, tidak di atas rerata ekspedisinya (2).",
        ),
        (
            RatioPart(key="problem", points=5, weight=10, facts=None),
            "Partner ini belum punya pesanan di gudang data: dihitung setengah.",
        ),
        (trend(0, 2, 20), "2 dari 20 pesanan diretur (10 %), tidak di atas biasanya (10 %)."),
        (trend(5, 3, 20), "3 dari 20 pesanan diretur (15 %), di atas biasanya (10 %); penuh mulai 2 kali."),
        (trend(10, 5, 20), "5 dari 20 pesanan diretur (25 %), sedikitnya 2 kali biasanya (10 %): penuh."),
        (
            ExposurePart(key="exposure", points=0, weight=15, facts=ExposureFacts(cost=0, balance_after=-5)),
            "Tidak ada ongkir retur yang diperkirakan.",
        ),
        (
            ExposurePart(key="exposure", points=15, weight=15, facts=ExposureFacts(cost=500, balance_after=-5)),
            "Perkiraan ongkir retur Rp500 tidak tertutup: saldo sesudahnya -Rp5.",
        ),
        (
            ExposurePart(key="exposure", points=7.5, weight=15, facts=ExposureFacts(cost=500, balance_after=1000)),
            "Perkiraan ongkir retur Rp500 adalah 50 % dari saldo sesudahnya, Rp1.000; penuh mulai 100 %.",
        ),
        (amount(5, 100, None), "Belum ada withdrawal selesai sebagai pembanding: dihitung setengah."),
        (amount(0, 150, 100), "1,5 kali biasanya (Rp100, median 17 withdrawal); poin mulai di atas 1,5 kali."),
        (amount(10, 506, 100), "5,06 kali biasanya (Rp100, median 17 withdrawal); penuh mulai 5 kali."),
        (
            AgePart(key="new_partner", points=9, weight=10, facts=DaysFacts(days=9)),
            "Bergabung 9 hari lalu; poin berkurang sampai nol di hari ke-90.",
        ),
        (
            AgePart(key="new_account", points=5, weight=10, facts=None),
            "Rekening partner diubah sesudah permintaan ini, umurnya tidak diketahui: dihitung setengah.",
        ),
        (
            NamePart(key="account_name", points=3, weight=10, facts=NameFacts(score=85)),
            "Kecocokan nama 85 dari 100; poin bertambah sampai penuh di 50 ke bawah.",
        ),
        (
            NamePart(key="account_name", points=5, weight=10, facts=None),
            "Nama rekening belum diperiksa: dihitung setengah.",
        ),
        (
            SharedPart(key="shared_account", points=0, weight=5, facts=SharedFacts(partners=0)),
            "Tidak ada partner lain di rekening ini.",
        ),
        (
            SharedPart(key="shared_account", points=5, weight=5, facts=SharedFacts(partners=2)),
            "2 partner lain memakai rekening ini.",
        ),
    ],
)
def test_the_reason_names_the_numbers_and_the_rule(part: Part, expected: str) -> None:
    assert reason(part) == expected
