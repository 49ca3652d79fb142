"""What is written to a partner by WhatsApp, by its segment. It is Indonesian whatever the reader's language."""

from typing import assert_never

from queries.segments import Segment


def ready_message(name: str, segment: Segment | None) -> str:
    """The message, which its sender may change before sending it."""
    return f"Halo {name}, kami dari Komship. {_matter(segment)}"


def _matter(segment: Segment | None) -> str:
    match segment:
        case Segment.NO_PRODUCT:
            return (
                "Akun Anda sudah aktif, tetapi belum ada produk yang ditambahkan. "
                "Boleh kami bantu menambahkan produk pertama Anda?"
            )
        case Segment.NO_PICKUP:
            return "Produk Anda sudah siap, tinggal mengajukan pickup pertama. Apakah ada kendala yang bisa kami bantu?"
        case Segment.UNSTARTED:
            return (
                "Terima kasih sudah bergabung bulan lalu. Kami lihat belum ada paket yang dikirim. "
                "Apa yang bisa kami bantu supaya pengiriman pertama berjalan?"
            )
        case Segment.SLOWING:
            return (
                "Kiriman Anda belakangan ini lebih jarang dari biasanya. "
                "Apakah ada kendala dengan kurir, ongkir, atau pencairan yang bisa kami bantu?"
            )
        case Segment.LOST:
            return (
                "Sudah lebih dari sebulan tidak ada kiriman dari toko Anda. "
                "Boleh kami tahu kendalanya? Kami siap membantu supaya Anda bisa mengirim lagi."
            )
        case Segment.NEW:
            return "Selamat bergabung! Boleh kami bantu menyiapkan produk dan pickup pertama Anda?"
        case Segment.DUE | None:
            return "Kami ingin menindaklanjuti obrolan kita sebelumnya. Kapan waktu yang pas untuk berbicara?"
        case _:
            assert_never(segment)
