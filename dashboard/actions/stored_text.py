"""Text that was stored once and has to be shown whatever it is, such as that of an audit entry."""

from typing import Any

_PLAIN = " \n\t"


def visible(text: str) -> str:
    """The text with every sign that cannot be seen, sent or stored written as its escape: a NUL as \\x00."""
    return "".join(
        sign if sign.isprintable() or sign in _PLAIN else sign.encode("unicode_escape").decode() for sign in text
    )


def visible_throughout(value: Any) -> Any:
    """The same for every text in a JSON value, the names of its fields too."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible_throughout(name): visible_throughout(each) for name, each in value.items()}
    if isinstance(value, list):
        return [visible_throughout(each) for each in value]
    return value
