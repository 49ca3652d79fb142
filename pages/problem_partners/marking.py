"""Marking a partner: a dialog that says what it stops, and asks why."""

from dashboard import format as fmt
from dashboard.actions import problems
from dashboard.actions.problems import HeldBatch, Standing
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import Question, confirm, note_form, notify_written
from dashboard.i18n import _, ngettext
from pages.problem_partners.labels import mark_name
from vocabulary import BLOCKING, ProblemMark


def open_dialog(shown: Standing, status: ProblemMark) -> None:
    """Open the dialog; call it once, when its button is clicked."""
    key = new_decision_key()

    def write(reason: str) -> None:
        notify_written(problems.mark(api(), shown, status, reason.strip(), key=key))

    question = Question(
        _title(status),
        [
            (_("Partner"), fmt.plain(shown.full_name)),
            (_("Tanda sekarang"), mark_name(shown.user_status)),
            (_("Withdrawal menunggu"), waiting_text(shown)),
            (_("Pesanan di jalan"), fmt.number(shown.running_orders)),
        ],
        consequences(shown, status),
        _title(status),
        draft=f"mark-{shown.partner_id}-{int(status)}",
    )
    confirm(question, f"mark-{key}", note_form(f"mark-{key}", _("Alasan (wajib)")), write)


def consequences(shown: Standing, status: ProblemMark) -> list[str]:
    """What becomes of the partner's money and orders."""
    lines = _of_stopping(shown) if status in BLOCKING else _of_letting_go(shown)
    return [*lines, _("Nama Anda, waktu, dan alasan tersimpan di riwayat partner dan di audit.")]


def waiting_text(shown: Standing) -> str:
    """3 · Rp1.200.000"""
    return f"{fmt.number(shown.waiting.count)} · {fmt.rupiah(shown.waiting.nominal)}"


def _title(status: ProblemMark) -> str:
    return {
        ProblemMark.FAKE: _("Tandai palsu"),
        ProblemMark.HOLD: _("Tahan partner"),
        ProblemMark.UNHOLD: _("Lepas partner"),
    }[status]


def _of_stopping(shown: Standing) -> list[str]:
    count = shown.waiting.count
    stopped = ngettext(
        "{count} withdrawal yang menunggu ({nominal}) berhenti: tidak dapat disetujui, dibayar, atau masuk batch.",
        "{count} withdrawal yang menunggu ({nominal}) berhenti: tidak dapat disetujui, dibayar, atau masuk batch.",
        count,
    ).format(count=fmt.number(count), nominal=fmt.rupiah(shown.waiting.nominal))
    running = ngettext(
        "{count} pesanan di jalan tetap diantar dan dicatat seperti biasa.",
        "{count} pesanan di jalan tetap diantar dan dicatat seperti biasa.",
        shown.running_orders,
    ).format(count=fmt.number(shown.running_orders))
    return [
        stopped if count else _("Tidak ada withdrawal yang menunggu."),
        _("Withdrawal baru dan perubahan rekening bank ditolak."),
        running,
        *(_of_batch(batch) for batch in shown.batches),
    ]


def _of_batch(batch: HeldBatch) -> str:
    if batch.at_bank:
        text = _(
            "Batch {batch} ({nominal}): file bank sudah keluar, jadi bank mungkin membayar; hasilnya tetap dicatat."
        )
    else:
        text = _("Batch {batch} ({nominal}): file bank tidak dibuat. Tarik batch itu, lalu buat tanpa partner ini.")
    return text.format(batch=batch.reference, nominal=fmt.rupiah(batch.nominal))


def _of_letting_go(shown: Standing) -> list[str]:
    count = shown.waiting.count
    text = ngettext(
        "{count} withdrawal yang menunggu ({nominal}) dapat diproses lagi.",
        "{count} withdrawal yang menunggu ({nominal}) dapat diproses lagi.",
        count,
    ).format(count=fmt.number(count), nominal=fmt.rupiah(shown.waiting.nominal))
    again = _("Withdrawal baru dan perubahan rekening bank diterima lagi.")
    return [text, again] if count else [_("Tidak ada withdrawal yang menunggu."), again]
