"""The field that opens the search, and the way back: buttons that dashboard/*.html gives life to."""

import html
import json
from pathlib import Path

import streamlit as st

from dashboard.i18n import _, language

SCRIPTS = [Path(__file__).parent.parent / name for name in ("search.html", "page_buttons.html")]


def install_search() -> None:
    """The scripts of the dialog and of small buttons, once for each browser tab, and the dialog's texts."""
    texts = {
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
    with st.container(key="find-script"):
        st.html(f'<span data-find-texts="{html.escape(json.dumps(texts))}"></span>')
        for script in SCRIPTS:
            st.html(script, unsafe_allow_javascript=True)


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
