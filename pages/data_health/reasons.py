"""Why a row was set aside, in the reader's words."""

from collections.abc import Mapping

from dashboard.i18n import _
from dashboard.labels import job, order_state
from pages.data_health.columns import column_label
from queries.reasons import NOTHING, Reason, Rule, understood
from vocabulary import OrderState


def reason_in_words(reason: str) -> str:
    """A stored reason; one of a version that is not known here stays as it is."""
    if reason in tuple(Reason):
        return _of_a_word(Reason(reason))
    found = understood(reason)
    if found is None:
        return reason
    rule, named = found
    return _of_a_rule(rule).format(**_labels(rule, named))


def kind_in_words(reason: str) -> str:
    """The same without what differs from row to row, to count the rows by."""
    found = understood(reason)
    match found[0] if found else None:
        case Rule.FIELDS:
            return _("jumlah isiannya tidak sama dengan jumlah kolom")
        case Rule.CUT:
            return _("teks terpotong oleh akhir baris yang lain")
        case Rule.QUOTE:
            return _("tanda kutip menelan baris lain")
        case Rule.FORMULA:
            return _("rumus tanpa nilai")
        case Rule.MERGED:
            return _("sel yang digabung")
        case _:
            return reason_in_words(reason)


def column_of(reason: str) -> str | None:
    """The column of the warehouse that a reason is about."""
    found = understood(reason)
    return found[1].get("column") if found else None


def _labels(rule: Rule, named: Mapping[str, str]) -> dict[str, str]:
    as_words = {"column": column_label, "group": column_label, "table": job, "invariant": rule_in_words}
    states = dict.fromkeys(("before", "after", "state", "end"), _state)
    words = {**as_words, **states}
    return {name: words[name](value) if name in words else value for name, value in named.items()}


def _state(state: str) -> str:
    if state == NOTHING:
        return _("belum ada")
    return order_state(state) if state in tuple(OrderState) else state


def _of_a_word(reason: Reason) -> str:
    return {
        Reason.NOT_A_NUMBER: _("bukan angka"),
        Reason.OTHER_NUMBER_FORMAT: _("tidak sesuai format angka kolom ini"),
        Reason.NOT_WHOLE: _("bukan bilangan bulat"),
        Reason.TOO_LARGE: _("angkanya terlalu besar"),
        Reason.NOT_A_DATE: _("bukan tanggal atau waktu"),
        Reason.DAY_IS_IMPOSSIBLE: _("tanggal atau jam itu tidak ada"),
        Reason.OTHER_DATE_FORMAT: _("tidak sesuai format tanggal kolom ini"),
        Reason.YEAR_OUT_OF_RANGE: _("tahunnya tidak di antara 2000 dan 2100"),
        Reason.OFFSET_WITHOUT_ZONE: _("tanggalnya tergantung zona waktu, dan pemetaan tidak menyebutnya"),
        Reason.ROUNDED_BY_EXCEL: _("Excel membulatkan angka ini; format kolomnya sebagai teks"),
        Reason.UNKNOWN_WORD: _("kata yang tidak dikenal pemetaan"),
        Reason.NOT_YES_OR_NO: _("bukan ya atau tidak"),
        Reason.EMPTY: _("kosong, padahal harus diisi"),
        Reason.NO_KEY: _("baris tanpa kunci"),
        Reason.CONFLICT: _("beberapa baris berkunci ini dan isinya berbeda"),
        Reason.MANY_JOINED: _("beberapa baris berkas lain berkunci ini dan isinya berbeda"),
        Reason.JOINED_WITHOUT_KEY: _("baris berkas lain tanpa kunci"),
        Reason.ITEMS_DIFFER: _("baris-baris berkunci ini berbeda"),
    }[reason]


def _of_a_rule(rule: Rule) -> str:
    return {
        Rule.MISSING: _("{column} tidak ada"),
        Rule.BROKEN: _("melanggar aturan: {invariant}"),
        Rule.ORPHAN: _("{column} tidak ditemukan di {table}"),
        Rule.UNBALANCED: _("{column} dalam {group} yang sama tidak berjumlah 0"),
        Rule.UNBALANCED_WITH: _("baris lain dengan {group} yang sama salah"),
        Rule.NO_STEP: _("dari {before} ke {after} bukan langkah pesanan"),
        Rule.NO_BEGINNING: _("langkah dari {before} ke {after} tidak ada awalnya: pesanan belum punya peristiwa"),
        Rule.MISPLACED: _("langkah dari {before} ke {after} tidak cocok: pesanan sedang {state}"),
        Rule.FOREIGN: _("pesanannya berasal dari sumber lain"),
        Rule.NO_CHAIN: _("pesanan berstatus {state}, tetapi tidak satu pun peristiwanya benar"),
        Rule.CONTRADICTION: _("pesanan berstatus {state}, tetapi peristiwanya berakhir di {end}"),
        Rule.FIELDS: _("ada {fields} isian, padahal ada {width} kolom"),
        Rule.CUT: _(
            "baris {line} berakhir dengan {found}, kepala tabel dengan {wanted}: teks terpotong; "
            "hapus akhir baris itu atau beri tanda kutip"
        ),
        Rule.QUOTE: _(
            "tanda kutip kolom ke-{number} baru ditutup di baris {line} dan memuat baris lain; "
            "tutup di akhir isiannya, atau jadikan satu baris"
        ),
        Rule.FORMULA: _("rumus di sel {cell} belum punya nilai; buka berkasnya di Excel lalu simpan"),
        Rule.MERGED: _(
            "sel {cells} digabung dan hanya menampilkan satu nilai; pisahkan selnya di Excel lalu isi tiap baris"
        ),
    }[rule]


def rule_in_words(invariant: str) -> str:
    """A rule that every row of a table must satisfy."""
    return {
        "problem_status BETWEEN 0 AND 3": _("tanda masalah partner dari 0 sampai 3"),
        "state IN ('Diajukan', 'Dipacking', 'Dikirim', 'Diterima', 'Retur', 'Batal')": _(
            "status pesanan harus dikenal"
        ),
        "payment_method IN ('COD', 'BANK TRANSFER')": _("cara bayar COD atau BANK TRANSFER"),
        "is_retur BETWEEN 0 AND 2 AND (state = 'Retur') = (is_retur > 0)": _(
            "tanda retur dari 0 sampai 2, dan hanya pesanan Retur yang lebih dari 0"
        ),
        "courier_shipping IS NULL OR courier_shipping >= 0": _("ongkir tagihan ekspedisi tidak boleh negatif"),
        "subtotal >= 0 AND discount >= 0 AND bare_shipping >= 0 AND qty > 0": _(
            "nilai barang, potongan dan ongkos kirim tidak negatif, dan barangnya paling sedikit satu"
        ),
        "shipped_at IS NULL OR shipped_at >= created_at": _("pesanan dikirim sesudah dibuat"),
        "state NOT IN ('Dikirim', 'Diterima', 'Retur') OR shipped_at IS NOT NULL": _(
            "pesanan yang Dikirim, Diterima atau Retur punya waktu dikirim"
        ),
        "state NOT IN ('Diajukan', 'Dipacking', 'Batal') OR shipped_at IS NULL": _(
            "pesanan yang Diajukan, Dipacking atau Batal tidak punya waktu dikirim"
        ),
        "state <> 'Diterima' OR delivered_at IS NOT NULL": _("pesanan yang Diterima punya waktu diterima"),
        "from_state IS NULL OR from_state <> to_state": _("langkah pesanan mengubah statusnya"),
        "pickup_time BETWEEN 0 AND 86399": _("jam pickup di dalam satu hari"),
        "handed_at IS NULL OR canceled_at IS NULL": _("pickup tidak sekaligus diserahkan dan dibatalkan"),
        "nominal > 0": _("nominal lebih dari 0"),
        "status IN ('requested', 'on_review', 'completed', 'rejected', 'canceled', 'reversed')": _(
            "status withdrawal harus dikenal"
        ),
        "decided_at IS NULL OR decided_at >= created_at": _("withdrawal diputuskan sesudah diminta"),
    }.get(invariant, invariant)
