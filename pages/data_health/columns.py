"""Columns of the warehouse, and a row of it, in the reader's words."""

import json
from datetime import datetime
from typing import Any

from dashboard import format as fmt
from dashboard.i18n import _


def column_label(name: str) -> str:
    """order_no -> Nomor pesanan, ..."""
    return {**_of_people(), **_of_orders(), **_of_money(), **_of_time()}.get(name, name)


def row_in_words(row_json: str) -> str:
    """What a row would land as, each value after its column's name; empty ones are left out."""
    row: dict[str, Any] = json.loads(row_json)
    return "; ".join(
        f"{column_label(name)}: {word_of(name, value)}"
        for name, value in row.items()
        if name != "source" and value not in (None, "")
    )


def word_of(name: str, value: Any) -> str:
    """A value of a row; instants are stored in UTC."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if name.endswith("_at"):
        return fmt.instant(datetime.fromisoformat(value))
    return str(value)


def _of_people() -> dict[str, str]:
    return {
        "user_id": _("Kode pengguna"),
        "full_name": _("Nama lengkap"),
        "role_id": _("Kode peran"),
        "shipment_id": _("Kode ekspedisi"),
        "courier": _("Ekspedisi"),
        "name": _("Nama"),
        "partner_id": _("Kode partner"),
        "brand_name": _("Nama brand"),
        "email": _("E-mail"),
        "phone": _("Nomor telepon"),
        "city": _("Kota"),
        "problem_status": _("Tanda masalah"),
        "is_onboarded": _("Pendaftaran selesai"),
        "product_id": _("Kode produk"),
        "address_id": _("Kode alamat"),
        "address_name": _("Nama alamat"),
        "address_detail": _("Rincian alamat"),
        "district": _("Kecamatan"),
        "pic": _("Penanggung jawab"),
        "pic_phone": _("Telepon penanggung jawab"),
        "author_id": _("Kode penulis"),
        "author_name": _("Penulis"),
        "note_id": _("Kode catatan"),
        "body": _("Isi"),
        "author": _("Penulis"),
        "owner_id": _("Kode PIC"),
        "owner_name": _("Nama PIC"),
        "name_key": _("Nama untuk pencarian"),
        "phone_key": _("Telepon untuk pencarian"),
    }


def _of_orders() -> dict[str, str]:
    return {
        "order_id": _("Kode pesanan"),
        "order_no": _("Nomor pesanan"),
        "airway_bill": _("Nomor resi"),
        "payment_method": _("Cara bayar"),
        "state": _("Status pesanan"),
        "is_retur": _("Tanda retur"),
        "is_problem": _("Bermasalah"),
        "is_lost": _("Hilang"),
        "problem_description": _("Uraian masalah"),
        "customer_name": _("Nama pembeli"),
        "customer_city": _("Kota pembeli"),
        "qty": _("Banyaknya barang"),
        "event_id": _("Kode peristiwa"),
        "from_state": _("Dari status"),
        "to_state": _("Ke status"),
        "pickup_order_id": _("Kode pesanan pickup"),
        "pickup_id": _("Kode pickup"),
        "ticket_id": _("Kode tiket"),
        "ticket_no": _("Nomor tiket"),
        "ticket_type": _("Jenis tiket"),
        "status": _("Status"),
        "description": _("Uraian"),
        "is_unread": _("Belum dibaca"),
        "message_id": _("Kode pesan"),
        "order_digits": _("Nomor pesanan untuk pencarian"),
        "bill_digits": _("Nomor resi untuk pencarian"),
        "ticket_digits": _("Nomor tiket untuk pencarian"),
        "version": _("Versi"),
        "notes": _("Catatan"),
    }


def _of_money() -> dict[str, str]:
    return {
        "subtotal": _("Nilai barang"),
        "discount": _("Potongan"),
        "bare_shipping": _("Ongkos kirim asli"),
        "service_fee": _("Biaya layanan"),
        "shipping_cost": _("Ongkos kirim"),
        "shipping_cashback": _("Cashback ongkos kirim"),
        "grand_total": _("Nilai seluruhnya"),
        "net_profit": _("Laba bersih"),
        "return_shipping": _("Ongkos kirim retur"),
        "courier_shipping": _("Ongkir tagihan ekspedisi"),
        "withdrawal_id": _("Kode withdrawal"),
        "bank_name": _("Bank"),
        "bank_account_no": _("Rekening"),
        "bank_account_name": _("Nama pemilik rekening"),
        "nominal": _("Nominal"),
        "beginning_balance": _("Saldo awal"),
        "entry_id": _("Kode mutasi"),
        "transaction_id": _("Kode transaksi"),
        "account_kind": _("Jenis akun"),
        "kind": _("Jenis mutasi"),
        "amount": _("Jumlah uang"),
        "balance_after": _("Saldo sesudahnya"),
    }


def _of_time() -> dict[str, str]:
    return {
        "updated_at": _("Diperbarui"),
        "joined_at": _("Waktu bergabung"),
        "join_date": _("Tanggal bergabung"),
        "email_verified_at": _("E-mail diperiksa"),
        "created_at": _("Waktu dibuat"),
        "created_date": _("Tanggal dibuat"),
        "packed_at": _("Waktu dipacking"),
        "shipped_at": _("Waktu dikirim"),
        "delivered_at": _("Waktu diterima"),
        "returned_at": _("Waktu retur"),
        "return_received_at": _("Waktu retur diterima"),
        "canceled_at": _("Waktu dibatalkan"),
        "event_at": _("Waktu peristiwa"),
        "event_date": _("Tanggal peristiwa"),
        "cohort_date": _("Tanggal pesanan dibuat"),
        "requested_at": _("Waktu diminta"),
        "due_at": _("Batas waktu"),
        "due_date": _("Batas tanggal"),
        "pickup_date": _("Tanggal pickup"),
        "pickup_time": _("Jam pickup"),
        "handed_at": _("Waktu diserahkan"),
        "handed_date": _("Tanggal diserahkan"),
        "read_at": _("Waktu dibaca"),
        "next_follow_up": _("Tindak lanjut berikutnya"),
        "closed_at": _("Waktu ditutup"),
        "reviewed_at": _("Waktu ditinjau"),
        "decided_at": _("Waktu diputuskan"),
    }
