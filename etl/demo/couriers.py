"""The couriers, their rates and how well they work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Courier:
    """Rates are basis points; `share`, `late` and `retur` are probabilities, `transit` days to deliver."""

    code: str
    name: str
    service_fee_bp: int
    cashback_bp: int
    share: float
    late: float
    retur: float
    transit: float


COURIERS = (
    Courier("JNE", "JNE Express", 280, 2500, 0.30, 0.07, 0.05, 2.6),
    Courier("SICEPAT", "SiCepat Ekspres", 280, 2500, 0.24, 0.10, 0.06, 2.2),
    Courier("IDEXPRESS", "ID Express", 280, 3000, 0.17, 0.16, 0.09, 3.0),
    Courier("SAP", "SAP Express", 280, 2500, 0.12, 0.20, 0.11, 3.4),
    Courier("JNT", "J&T Express", 280, 1000, 0.14, 0.08, 0.06, 2.3),
    Courier("POS", "Pos Indonesia", 280, 2500, 0.03, 0.28, 0.08, 4.5),
)
