"""What goes to the bank and comes back: the bank file, and the import of its result."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import format as fmt
from dashboard.actions.payouts import Batch, bank_file, import_result, preview_result
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import api
from dashboard.components import NOTHING, Question, confirm, guarded, notify_written
from dashboard.i18n import _
from pages.payouts.labels import row_state
from vocabulary import RowState


def bank_files(batch: Batch) -> None:
    """Download buttons; the file is made, and audited, when one is clicked."""
    name = f"{batch.reference}-{batch.profile}"
    with st.container(horizontal=True):
        for kind in batch.formats:
            label = _("File bank {kind}").format(kind=kind.upper())
            hint = _("Setiap pembuatan file tercatat di audit.")
            _download(batch.id, kind, 1, label, f"{name}.{kind}", f"batch-file-{kind}", hint)
        for part in range(2, batch.parts + 1):
            kind, label = batch.formats[0], _("Bagian {part}").format(part=part)
            _download(batch.id, kind, part, label, f"{name}-{part}.{kind}", f"batch-file-{part}", None)


def _download(batch_id: int, kind: str, part: int, label: str, file_name: str, key: str, hint: str | None) -> None:
    # the file is made outside of the script's run, where nobody is signed in
    made = partial(bank_file, api(), batch_id, kind, part)
    st.download_button(label, made, file_name, key=key, icon=":material/download:", on_click="ignore", help=hint)


def result_import(batch: Batch) -> None:
    """Upload of the bank's answer: first what it would do, then the import."""
    with st.container(border=True):
        upload = st.file_uploader(_("Hasil dari bank (CSV atau XLSX)"), type=["csv", "xlsx", "txt"], key="batch-result")
        if upload is None:
            return
        known = sha256(upload.getvalue()).hexdigest()
        if again := next((result for result in batch.results if result.sha256 == known), None):
            text = _(
                "File ini sudah diimpor {at} dan tidak diimpor lagi. Unggah file lain bila bank mengirim hasil baru."
            )
            st.info(text.format(at=fmt.instant(again.created_at)), icon=":material/info:")
            return
        with guarded(_("Hasil bank"), _("Tidak ada yang diimpor.")):
            key = new_decision_key()
            counts = preview_result(api(), batch.id, upload.name, upload.getvalue(), key=key).counts
            if not counts:
                st.info(_("Tidak ada baris terbuka di file ini."), icon=":material/info:")
                return
            st.markdown(" · ".join(f"**{row_state(kind)}** {fmt.number(count)}" for kind, count in counts.items()))
            if st.button(_("Impor hasil"), key="batch-import", type="primary", icon=":material/publish:"):
                _open_import(batch.id, upload, counts)


def imported_results(batch: Batch) -> None:
    """What each imported file said, the newest first."""
    open_rows = RowState.MISMATCHED in batch.states or RowState.SUSPECT in batch.states
    for result in batch.results:
        confirmed, failed, unclear = _outcome(result.counts)
        text = _(
            "Hasil **{name}** diimpor {at}: {confirmed} dikonfirmasi, {failed} gagal, {unclear} belum jelas."
        ).format(
            name=fmt.plain(result.name),
            at=fmt.instant(result.created_at),
            confirmed=fmt.number(confirmed),
            failed=fmt.number(failed),
            unclear=fmt.number(unclear),
        )
        if unclear and open_rows:
            way = _("Pilih baris yang belum jelas untuk mencatat kenyataannya.")
            st.warning(f"{text} {way}", icon=":material/rule:")
        else:
            st.success(text, icon=":material/task_alt:")


def _outcome(counts: Mapping[RowState, int]) -> tuple[int, int, int]:
    """Rows that the bank confirmed, that failed, and that are not clear."""
    unclear = sum(counts.get(state, 0) for state in (RowState.MISMATCHED, RowState.SUSPECT))
    return counts.get(RowState.MATCHED, 0), counts.get(RowState.FAILED, 0), unclear


def _open_import(batch_id: int, upload: UploadedFile, counts: dict[RowState, int]) -> None:
    key = new_decision_key()
    consequences = [_consequence(kind).format(count=fmt.number(count)) for kind, count in counts.items()]
    confirm(
        Question(_("Impor hasil bank?"), [(_("File"), upload.name)], consequences, _("Impor hasil")),
        f"batch-{key}",
        NOTHING,
        lambda _value: notify_written(import_result(api(), batch_id, upload.name, upload.getvalue(), key=key)),
    )


def _consequence(state: RowState) -> str:
    return {
        RowState.MATCHED: _("{count} permintaan selesai dan uangnya keluar dari saldo partner."),
        RowState.FAILED: _("{count} permintaan gagal di bank dan kembali ke antrean."),
        RowState.MISMATCHED: _("{count} baris tidak cocok dan menunggu keputusan orang."),
        RowState.SUSPECT: _("{count} baris meragukan: tidak diulang sebelum jelas."),
    }[state]
