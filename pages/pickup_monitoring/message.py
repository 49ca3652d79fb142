"""What is written to a partner whose airway bills were not fetched. It is Indonesian whatever the reader's language."""

from collections.abc import Sequence

from queries.metrics import delay_text


def overdue_message(name: str, count: int, worst_seconds: int, bills: Sequence[tuple[str, str]]) -> str:
    """The message; `bills` are the first airway bills of `count`, each with its courier."""
    lines = [f"- {airway_bill} ({courier})" for airway_bill, courier in bills]
    if count > len(bills):
        lines.append(f"- dan {count - len(bills)} resi lainnya")
    return "\n".join(
        [
            f"Halo {name}, kami dari Komship.",
            f"{count} paket Anda belum diambil kurir dan sudah lewat jadwal, paling lama {delay_text(worst_seconds)}:",
            *lines,
            "Apakah paketnya sudah siap diambil? Balas pesan ini bila alamat atau jam pickup perlu diubah.",
        ]
    )
