"""Passwords: argon2id hashes, and which ones are too easy to guess."""

from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from api.domains.auth.errors import PasswordRefused

MIN_LENGTH = 8
LEAST_SCORE = 2  # of zxcvbn's 0 to 4: more than a million guesses
_MEASURED = 72  # characters; zxcvbn takes no more, and what is longer is not weak because of its end
_OWN_WORDS = 4  # characters; shorter parts of a name are in many good passwords
# tried first at an Indonesian shipping company; the lists of zxcvbn are of English
_LOCAL_WORDS = (
    *("komship", "kompack", "ekspedisi", "pengiriman", "paket", "dashboard", "withdrawal"),
    *("rahasia", "sandi", "katasandi", "masuk", "bismillah", "alhamdulillah", "sayang", "cinta", "indonesia"),
    *("merdeka", "jakarta", "bandung", "surabaya", "purbalingga", "garuda", "pancasila"),
)

_hasher = PasswordHasher()
NOBODY = _hasher.hash("nobody has this password")  # an unknown user costs as much time as a known one


def hash_password(password: str) -> str:
    """An argon2id hash; takes long on purpose."""
    return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password of the hash; takes as long as making one."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def require_strength(password: str, *names: str) -> None:
    """Refuse a password that would be guessed. `names` are the user's: name, username, e-mail address.

    Raises:
        PasswordRefused: it is blank, short, well known, or much like one of the names.
    """
    if not password.strip():
        raise PasswordRefused("the password is blank; type at least {least} characters", least=MIN_LENGTH)
    if len(password) < MIN_LENGTH:
        raise PasswordRefused("the password needs at least {least} characters", least=MIN_LENGTH)
    own = _parts(names)
    measured: dict[str, Any] = zxcvbn(password[:_MEASURED], user_inputs=[*own, *_LOCAL_WORDS])
    if measured["score"] >= LEAST_SCORE:
        return
    found = {match.get("matched_word") for match in measured["sequence"]}
    if found & set(own):
        raise PasswordRefused("the password is much like the user's name or e-mail; choose words that are in neither")
    raise PasswordRefused("the password is easy to guess; use four words that do not belong together, or a longer one")


def _parts(names: tuple[str, ...]) -> list[str]:
    """The names in lower case, and the words in them."""
    whole = [name.strip().lower() for name in names]
    words = [word for name in whole for word in name.replace("@", " ").replace(".", " ").replace("-", " ").split()]
    return [part for part in dict.fromkeys([*whole, *words]) if len(part) >= _OWN_WORDS]
