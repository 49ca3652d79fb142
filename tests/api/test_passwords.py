"""Which passwords are refused, and why."""

import pytest

from api.domains.auth.errors import PasswordRefused
from api.domains.auth.passwords import require_strength
from api.kernel.language import translations

NAMES = ("rina", "rina.wati@contoh.test", "Rina Wati Kusuma")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "blank"),
        ("         ", "blank"),
        ("\t\n\u00a0\u2003" * 3, "blank"),
        ("pendek", "at least 8"),
        ("12345678", "easy to guess"),
        ("password123", "easy to guess"),
        ("qwertyuiop", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("rahasia123", "easy to guess"),
        ("Bismillah1", "easy to guess"),
        ("komship2022", "easy to guess"),
        ("RinaWati", "name or e-mail"),
        ("kusuma2022", "name or e-mail"),
        ("rina.wati@contoh.test", "name or e-mail"),
    ],
)
def test_a_weak_password_is_refused_and_the_message_says_what_to_do(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        require_strength(password, *NAMES)
    assert reason in refused.value.message
    assert refused.value.message.translated(translations("id")) != refused.value.message


@pytest.mark.parametrize("password", ["kuda lumping di atas awan", "kata-sandi-1", "T7#kqz!m", "x9" + "g7q" * 300])
def test_a_strong_one_is_taken(password: str) -> None:
    require_strength(password, *NAMES)
