"""Why a part of the risk score has its points, in words and with its numbers, by the formulas of docs/metrics.md."""

from fractions import Fraction

from dashboard import format as fmt
from dashboard.actions.risk import (
    AgePart,
    AmountFacts,
    AmountPart,
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
from dashboard.i18n import _, ngettext
from queries import withdrawal_risk as scale
from queries.metrics import SMALL_SAMPLE, is_small


def reason(part: Part) -> str:
    """A sentence on the points of a part."""
    match part:
        case RatioPart(facts=RatioFacts() as facts):
            return _against_couriers(part, facts)
        case TrendPart(facts=TrendFacts() as facts):
            return _against_own_life(part, facts)
        case ExposurePart(facts=ExposureFacts(cost=cost, balance_after=after)):
            return _exposure(cost, after)
        case AmountPart(facts=facts):
            return _amount(facts)
        case AgePart():
            return _age(part)
        case NamePart(facts=NameFacts(score=score)):
            text = _("Kecocokan nama {score} dari 100; poin bertambah sampai penuh di {worst} ke bawah.")
            return text.format(score=score, worst=scale.WORST_NAME)
        case NamePart():
            return _("Nama rekening belum diperiksa: dihitung setengah.")
        case SharedPart(facts=SharedFacts(partners=0)):
            return _("Tidak ada partner lain di rekening ini.")
        case SharedPart(facts=SharedFacts(partners=others)):
            text = ngettext(
                "{count} partner lain memakai rekening ini.", "{count} partner lain memakai rekening ini.", others
            )
            return text.format(count=fmt.number(others))
        case _:
            return _("Partner ini belum punya pesanan di gudang data: dihitung setengah.")


def _orders(part: RatioPart | TrendPart, count: int, whole: int) -> str:
    """0 dari 19 pesanan diretur."""
    if part.key == "problem":
        text = _("{count} dari {whole} pesanan bermasalah")
    else:
        text = _("{count} dari {whole} pesanan diretur")
    return text.format(count=fmt.number(count), whole=fmt.number(whole))


def _too_few(counted: str) -> str:
    text = _("{counted}: di bawah {least} pesanan terlalu sedikit untuk dinilai, maka dihitung setengah.")
    return text.format(counted=counted, least=SMALL_SAMPLE)


def _against_couriers(part: RatioPart, facts: RatioFacts) -> str:
    counted = _orders(part, facts.part, facts.whole)
    if is_small(facts.whole):
        return _too_few(counted)
    if facts.part <= facts.expected:
        text = _("{counted}, tidak di atas rerata ekspedisinya ({expected}).")
    elif part.points == part.weight:
        text = _("{counted}, sedikitnya {full} kali rerata ekspedisinya ({expected}): penuh.")
    else:
        text = _("{counted}, di atas rerata ekspedisinya ({expected}); penuh mulai {full} kali.")
    return text.format(counted=counted, expected=fmt.number(facts.expected), full=scale.FULL_AGAINST_COURIERS)


def _against_own_life(part: TrendPart, facts: TrendFacts) -> str:
    counted = _orders(part, facts.part, facts.whole)
    if is_small(facts.whole):
        return _too_few(counted)
    if facts.part * facts.own_whole <= facts.own_part * facts.whole:
        text = _("{counted} ({ratio}), tidak di atas biasanya ({usual}).")
    elif part.points == part.weight:
        text = _("{counted} ({ratio}), sedikitnya {full} kali biasanya ({usual}): penuh.")
    else:
        text = _("{counted} ({ratio}), di atas biasanya ({usual}); penuh mulai {full} kali.")
    return text.format(
        counted=counted,
        ratio=fmt.percent(facts.part, facts.whole),
        usual=fmt.percent(facts.own_part, facts.own_whole),
        full=scale.FULL_AGAINST_OWN_LIFE,
    )


def _exposure(cost: int, after: int) -> str:
    if cost == 0:
        return _("Tidak ada ongkir retur yang diperkirakan.")
    if after <= 0:
        text = _("Perkiraan ongkir retur {cost} tidak tertutup: saldo sesudahnya {after}.")
    else:
        text = _("Perkiraan ongkir retur {cost} adalah {share} dari saldo sesudahnya, {after}; penuh mulai 100 %.")
    return text.format(cost=fmt.rupiah(cost), after=fmt.rupiah(after), share=fmt.percent(cost, after))


def _amount(facts: AmountFacts) -> str:
    if facts.usual is None:
        return _("Belum ada withdrawal selesai sebagai pembanding: dihitung setengah.")
    times = Fraction(facts.nominal, facts.usual)
    if times <= scale.UNUSUAL_FROM:
        text = _("{times} kali biasanya ({usual}, median {count} withdrawal); poin mulai di atas {from_} kali.")
    else:
        text = _("{times} kali biasanya ({usual}, median {count} withdrawal); penuh mulai {full} kali.")
    return text.format(
        times=fmt.number(times),
        usual=fmt.rupiah(facts.usual),
        count=fmt.number(facts.completed),
        from_=fmt.number(scale.UNUSUAL_FROM),
        full=fmt.number(scale.UNUSUAL_FULL),
    )


def _age(part: AgePart) -> str:
    is_partner = part.key == "new_partner"
    settled = (scale.NEW_PARTNER if is_partner else scale.NEW_ACCOUNT).days
    if part.facts is None:
        return _("Rekening partner diubah sesudah permintaan ini, umurnya tidak diketahui: dihitung setengah.")
    if is_partner:
        text = _("Bergabung {days} hari lalu; poin berkurang sampai nol di hari ke-{settled}.")
    else:
        text = _("Rekening tetap sejak {days} hari; poin berkurang sampai nol di hari ke-{settled}.")
    return text.format(days=fmt.number(part.facts.days), settled=settled)
