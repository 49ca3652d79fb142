"""Codes of the stores in the reader's words."""

from dashboard.i18n import _, pgettext


def withdrawal_status(status: str) -> str:
    """requested -> Diminta, ..."""
    return {
        "requested": _("Diminta"),
        "on_review": _("Ditinjau"),
        "completed": _("Selesai"),
        "rejected": _("Ditolak"),
        "canceled": _("Dibatalkan"),
        "reversed": _("Dikembalikan bank"),
    }[status]


def risk_band(band: str) -> str:
    """low -> Rendah, ..."""
    return {"low": _("Rendah"), "medium": _("Sedang"), "high": _("Tinggi")}[band]


def review_reason(reason: str) -> str:
    """Why two people are needed, or what to look at, in words."""
    return {
        "amount": _("nominal besar"),
        "risk_medium": _("risiko sedang"),
        "risk_high": _("risiko tinggi"),
        "account_changed": _("rekening partner diubah sesudah permintaan"),
        "new_account": _("rekening baru atau baru diubah"),
        "name_unchecked": _("nama rekening belum diperiksa"),
        "name_mismatch": _("nama rekening tidak cocok"),
        "partner_fake": _("partner ditandai palsu"),
        "partner_hold": _("partner ditahan"),
        "account_of_blocked_partner": _("rekening dipakai partner yang ditahan"),
        "same_account": _("rekening sama dengan baris lain"),
    }.get(reason, reason)


def decision_kind(kind: str) -> str:
    """What a person did with a withdrawal, in words."""
    return {
        "on_review": _("Meninjau"),
        "approved": _("Menyetujui"),
        "sent_back": _("Mengembalikan"),
        "completed": _("Membayar"),
        "rejected": _("Menolak"),
        "canceled": _("Membatalkan"),
        "reversed": _("Mencatat dana kembali"),
    }[kind]


def batch_status(status: str) -> str:
    """proposed -> Menunggu pemeriksa, ..."""
    return {
        "proposed": _("Menunggu pemeriksa"),
        "approved": _("Disetujui"),
        "closed": _("Selesai"),
        "canceled": _("Ditarik"),
    }[status]


def row_state(state: str) -> str:
    """suspect -> Meragukan, ..."""
    return {
        "proposed": _("Diusulkan"),
        "sent": _("Di bank"),
        "matched": _("Cocok, dibayar"),
        "mismatched": _("Tidak cocok"),
        "suspect": _("Meragukan"),
        "failed": _("Gagal"),
        "released": _("Dilepas"),
    }[state]


def ticket_status(status: str) -> str:
    """open -> Terbuka, ..."""
    return {"open": _("Terbuka"), "in_progress": _("Diproses"), "closed": _("Ditutup")}.get(status, status)


def job(table: str) -> str:
    """fct_orders -> Pesanan, ..."""
    return {
        "dim_partners": _("Data partner"),
        "dim_products": _("Produk"),
        "dim_shipments": _("Ekspedisi"),
        "dim_users": _("Pengguna"),
        "fct_orders": _("Pesanan"),
        "fct_order_events": _("Peristiwa pesanan"),
        "fct_pickups": _("Airway bill pickup"),
        "fct_tickets": _("Tiket"),
        "fct_withdrawals": pgettext("list", "Withdrawal"),
        "fct_ledger": _("Mutasi saldo"),
        "fct_partner_notes": _("Catatan partner"),
    }.get(table, table)


def run_mode(mode: str) -> str:
    """first_load -> Muat awal, ..."""
    return {
        "first_load": _("Muat awal"),
        "increment": _("Perubahan"),
    }.get(mode, mode)


def run_status(status: str) -> str:
    """ok -> Berhasil, ..."""
    return {"ok": _("Berhasil"), "failed": _("Gagal")}.get(status, status)


def audit_action(action: str) -> str:
    """withdrawal_completed -> Membayar withdrawal, ...; an unknown one as it is written, without underscores."""
    return {
        "withdrawal_requested": _("Meminta withdrawal"),
        "withdrawal_on_review": _("Meninjau withdrawal"),
        "withdrawal_approved": _("Menyetujui withdrawal"),
        "withdrawal_sent_back": _("Mengembalikan withdrawal"),
        "withdrawal_completed": _("Membayar withdrawal"),
        "withdrawal_rejected": _("Menolak withdrawal"),
        "withdrawal_canceled": _("Membatalkan withdrawal"),
        "withdrawal_reversed": _("Mencatat dana kembali"),
        "proof_viewed": _("Membuka bukti transfer"),
        "batch_created": _("Membuat batch"),
        "batch_approved": _("Menyetujui batch"),
        "batch_canceled": _("Menarik batch"),
        "batch_file_written": _("Membuat file bank"),
        "batch_result_imported": _("Mengimpor hasil bank"),
        "batch_row_resolved": _("Menjelaskan baris batch"),
        "bank_account_added": _("Menambah rekening"),
        "bank_account_changed": _("Mengubah rekening"),
        "bank_account_deleted": _("Menghapus rekening"),
        "partner.note": _("Menulis catatan partner"),
        "export_made": _("Mengekspor data"),
        "login": _("Masuk"),
        "logout": _("Keluar"),
        "change_password": _("Mengganti kata sandi"),
        "user.create": _("Membuat pengguna"),
        "user.self_approval": _("Mengubah hak menyetujui sendiri"),
        "user.disable": _("Menonaktifkan pengguna"),
        "user.enable": _("Mengaktifkan pengguna"),
        "user.reset_password": _("Mengganti kata sandi pengguna"),
        "user.end_sessions": _("Mengakhiri sesi pengguna"),
        "user.end_all_sessions": _("Mengakhiri sesi semua pengguna"),
    }.get(action, action.replace("_", " ").replace(".", " "))


def audit_subject(subject: str) -> str:
    """payout_batch -> Batch, ..."""
    return {
        "withdrawal": _("Withdrawal"),
        "payout_batch": _("Batch"),
        "partner": _("Partner"),
        "user": _("Akun pengguna"),
        "export": _("Ekspor"),
    }.get(subject, subject.replace("_", " "))


def audit_field(name: str) -> str:
    """bank_account_no -> Rekening, ..."""
    return {
        "status": _("Status"),
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
        "name": _("Nama"),
    }.get(name, name.replace("_", " "))
