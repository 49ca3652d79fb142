"""Segments in the reader's words."""

from typing import assert_never

from dashboard.i18n import _
from queries.segments import Segment


def segment_name(segment: Segment) -> str:
    """The segment in the reader's words."""
    match segment:
        case Segment.DUE:
            return _("Perlu dihubungi")
        case Segment.NO_PRODUCT:
            return _("Belum ada produk")
        case Segment.NO_PICKUP:
            return _("Ada produk, belum pickup")
        case Segment.UNSTARTED:
            return _("Gabung bulan lalu, belum pickup")
        case Segment.SLOWING:
            return _("Melambat")
        case Segment.LOST:
            return _("Hilang")
        case Segment.NEW:
            return _("Baru bulan ini")
        case _:
            assert_never(segment)


def segment_meaning(segment: Segment) -> str:
    """Who is in it."""
    match segment:
        case Segment.DUE:
            return _("tanggal tindak lanjutnya hari ini atau sudah lewat.")
        case Segment.NO_PRODUCT:
            return _("belum pernah menambahkan produk.")
        case Segment.NO_PICKUP:
            return _("punya produk, tetapi belum pernah menyerahkan paket ke kurir.")
        case Segment.UNSTARTED:
            return _("bergabung pada bulan kalender yang lalu dan belum pernah pickup.")
        case Segment.SLOWING:
            return _(
                "masih aktif, tetapi jeda sejak pickup terakhir lebih dari 14 hari dan lebih dari 2,5 kali "
                "jeda biasanya (median 180 hari, minimal 4 jeda)."
            )
        case Segment.LOST:
            return _("pickup terakhirnya 31 sampai 60 hari lalu.")
        case Segment.NEW:
            return _("bergabung bulan ini.")
        case _:
            assert_never(segment)
