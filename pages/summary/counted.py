"""A count with the link to what is counted."""

from dashboard import format as fmt
from dashboard.components import Fact


def counted(label: str, count: int, href: str, below: str = "") -> Fact:
    """The count, what is said `below` it, and its link; none leads nowhere."""
    return Fact(label, fmt.number(count), below if count else "", href if count else "", strong=bool(count))
