"""The search: its field, the texts of its dialog, and the way back. dashboard/*.html gives life to the buttons."""

import json

import streamlit as st

from dashboard.i18n import _, language, set_language


def search_texts(reader: str) -> str:
    """What the dialog of the search says in a language, as JSON."""
    set_language(reader)
    try:
        return json.dumps(_texts())
    finally:
        set_language(None)


def _texts() -> dict[str, str]:
    return {
        "language": language(),
        "label": _("Cari di mana saja"),
        "short": _("Cari"),
        "placeholder": _("No. pesanan, resi, tiket, nama, HP, email, rekening…"),
        "hint": _("Ketik nomor atau nama, dalam tulisan apa pun. ↑ ↓ memilih, Enter membuka, Esc menutup."),
        "hits": _("Hasil pencarian"),
        "found": _("{count} hasil"),
        "nothing": _("Tidak ada yang cocok. Periksa nomornya, atau cari dengan nama atau HP partner."),
        "failed": _("Pencarian gagal. Coba lagi."),
        "close": _("Tutup"),
    }


def search_field() -> None:
    """The field in the menu."""
    find, keys = _("Cari di mana saja"), _("Tekan / atau Ctrl+K")
    st.html(f'<button type="button" class="find-open" data-find-open>{find}<kbd title="{keys}">/</kbd></button>')


def ways_on() -> None:
    """Back to where the reader came from, or on to the search."""
    back, find = _("Kembali"), _("Cari di mana saja")
    st.html(
        f'<p class="ways-on"><button type="button" data-go-back>← {back}</button>'
        f'<button type="button" data-find-open>{find}</button></p>'
    )
