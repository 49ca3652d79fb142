"""Words of the audit trail. What was stored by an older or a newer version, and is not known here, stays as it is."""

from typing import assert_never

from dashboard.i18n import _
from vocabulary import AuditAction, AuditSubject


def audit_action(action: str) -> str:
    """What was done."""
    return _action(AuditAction(action)) if action in tuple(AuditAction) else _as_written(action)


def audit_subject(subject: str) -> str:
    """What it was done to."""
    return _subject(AuditSubject(subject)) if subject in tuple(AuditSubject) else _as_written(subject)


def _as_written(code: str) -> str:
    return code.replace("_", " ").replace(".", " ")


def _action(action: AuditAction) -> str:
    match action:
        case AuditAction.WITHDRAWAL_REQUESTED:
            return _("Meminta withdrawal")
        case AuditAction.WITHDRAWAL_ON_REVIEW:
            return _("Meninjau withdrawal")
        case AuditAction.WITHDRAWAL_APPROVED:
            return _("Menyetujui withdrawal")
        case AuditAction.WITHDRAWAL_SENT_BACK:
            return _("Mengembalikan withdrawal")
        case AuditAction.WITHDRAWAL_COMPLETED:
            return _("Membayar withdrawal")
        case AuditAction.WITHDRAWAL_REJECTED:
            return _("Menolak withdrawal")
        case AuditAction.WITHDRAWAL_CANCELED:
            return _("Membatalkan withdrawal")
        case AuditAction.WITHDRAWAL_REVERSED:
            return _("Mencatat dana kembali")
        case AuditAction.PROOF_ADDED:
            return _("Menambahkan bukti transfer")
        case AuditAction.PROOF_VIEWED:
            return _("Membuka bukti transfer")
        case AuditAction.BATCH_CREATED:
            return _("Membuat batch")
        case AuditAction.BATCH_APPROVED:
            return _("Menyetujui batch")
        case AuditAction.BATCH_CANCELED:
            return _("Menarik batch")
        case AuditAction.BATCH_FILE_WRITTEN:
            return _("Membuat file bank")
        case AuditAction.BATCH_RESULT_IMPORTED:
            return _("Mengimpor hasil bank")
        case AuditAction.BATCH_ROW_RESOLVED:
            return _("Menjelaskan baris batch")
        case AuditAction.BANK_ACCOUNT_ADDED:
            return _("Menambah rekening")
        case AuditAction.BANK_ACCOUNT_CHANGED:
            return _("Mengubah rekening")
        case AuditAction.BANK_ACCOUNT_DELETED:
            return _("Menghapus rekening")
        case AuditAction.PARTNER_NOTE:
            return _("Menulis catatan partner")
        case AuditAction.PARTNER_MARKED:
            return _("Menandai partner")
        case AuditAction.PICKUP_CONTACT:
            return _("Menandai partner sudah dihubungi soal pickup")
        case AuditAction.PICKUP_CONTACT_TAKEN_BACK:
            return _("Membatalkan tanda sudah dihubungi")
        case AuditAction.TARGET_SET:
            return _("Mengubah target ringkasan")
        case AuditAction.EXPORT_MADE:
            return _("Mengekspor data")
        case AuditAction.LOGIN:
            return _("Masuk")
        case AuditAction.LOGOUT:
            return _("Keluar")
        case AuditAction.CHANGE_PASSWORD:
            return _("Mengganti kata sandi")
        case AuditAction.USER_CREATE:
            return _("Membuat pengguna")
        case AuditAction.USER_SELF_APPROVAL:
            return _("Mengubah hak menyetujui sendiri")
        case AuditAction.USER_DISABLE:
            return _("Menonaktifkan pengguna")
        case AuditAction.USER_ENABLE:
            return _("Mengaktifkan pengguna")
        case AuditAction.USER_RESET_PASSWORD:
            return _("Mengganti kata sandi pengguna")
        case AuditAction.USER_END_SESSIONS:
            return _("Mengakhiri sesi pengguna")
        case AuditAction.USER_END_ALL_SESSIONS:
            return _("Mengakhiri sesi semua pengguna")
        case AuditAction.USER_END_SESSION:
            return _("Mengakhiri satu sesi pengguna")
        case AuditAction.USER_ROLE:
            return _("Mengubah peran pengguna")
        case AuditAction.USER_REQUESTED:
            return _("Mengajukan peran pengguna")
        case AuditAction.USER_REQUEST_DECLINED:
            return _("Menolak pengajuan peran")
        case _:
            assert_never(action)


def _subject(subject: AuditSubject) -> str:
    match subject:
        case AuditSubject.WITHDRAWAL:
            return _("Withdrawal")
        case AuditSubject.PAYOUT_BATCH:
            return _("Batch")
        case AuditSubject.PARTNER:
            return _("Partner")
        case AuditSubject.USER:
            return _("Akun pengguna")
        case AuditSubject.USER_REQUEST:
            return _("Pengajuan peran")
        case AuditSubject.TARGET:
            return _("Target")
        case AuditSubject.EXPORT:
            return _("Ekspor")
        case _:
            assert_never(subject)


def audit_field(name: str) -> str:
    """bank_account_no -> Rekening, ..."""
    return {
        "status": _("Status"),
        "problem_status": _("Tanda"),
        "reason": _("Alasan"),
        "version": _("Versi"),
        "nominal": _("Nominal"),
        "bank_name": _("Bank"),
        "bank_account_no": _("Rekening"),
        "bank_account_id": _("Nomor data rekening"),
        "bank_code": _("Kode bank"),
        "is_default": _("Rekening utama"),
        "account_no": _("Rekening"),
        "account_name": _("Atas nama"),
        "notes": _("Catatan"),
        "note": _("Catatan"),
        "owner_id": _("Nomor PIC"),
        "next_follow_up": _("Tindak lanjut"),
        "comment": _("Komentar"),
        "proof_sha256": _("Bukti (hash)"),
        "sha256": _("Hash berkas"),
        "expires_at": _("Berlaku sampai"),
        "reference": _("Referensi"),
        "row_count": _("Baris"),
        "rows": _("Baris"),
        "total": _("Total"),
        "format": _("Format"),
        "filters": _("Saringan"),
        "self_approved": _("Menyetujui sendiri"),
        "state": _("Keadaan"),
        "login_from": _("Masuk dari"),
        "sessions": _("Sesi"),
        "role": _("Peran"),
        "username": _("Nama pengguna"),
        "requested_by": _("Nomor pengaju"),
        "request": _("Nomor pengajuan"),
        "name": _("Nama"),
    }.get(name, name.replace("_", " "))
