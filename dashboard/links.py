"""Addresses inside the dashboard that may be followed after sign-in."""

from urllib.parse import urlsplit

HOME = "/"
_NOT_PAGES = ("/login", "/logout", "/language", "/theme", "/api", "/_stcore")


def local_path(asked: str | None) -> str:
    """`asked` when it is a path of this site, else the start page: nobody is sent to another site after sign-in."""
    if not asked or not asked.startswith("/") or asked.startswith("//") or "\\" in asked:
        return HOME
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in asked):
        return HOME
    try:
        parts = urlsplit(asked)
    except ValueError:
        return HOME
    is_page = not any(parts.path == prefix or parts.path.startswith(f"{prefix}/") for prefix in _NOT_PAGES)
    return asked if not parts.scheme and not parts.netloc and is_page else HOME


def withdrawal_link(withdrawal_id: int, number: str = "") -> str:
    """The review page with a request open, and the orders behind one of its numbers."""
    return f"/withdrawal?id={withdrawal_id}" + (f"&angka={number}" if number else "")
