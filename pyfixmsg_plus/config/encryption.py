"""Secrets that stand encrypted in a settings file.

They are Fernet tokens (AES-128-CBC and HMAC-SHA256) of the library ``cryptography``, which the extra ``encryption``
installs. The key comes from ``FIXPLUS_CONFIG_KEY``, or from the file that ``FIXPLUS_CONFIG_KEY_FILE`` names.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pyfixmsg_plus.config.kinds import NotReadable

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

__all__ = ["KEY", "KEY_FILE", "decrypt", "encrypt", "key_from", "new_key"]

KEY, KEY_FILE = "FIXPLUS_CONFIG_KEY", "FIXPLUS_CONFIG_KEY_FILE"
_LONGEST_KEY = 1024


def new_key() -> str:
    """Return a new key.

    Raises:
        NotReadable: The library is missing.
    """
    _library()
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode("ascii")


def key_from(environ: Mapping[str, str]) -> str:
    """Return the key that the environment names.

    Raises:
        NotReadable: It names none, or one that cannot be read.
    """
    if key := environ.get(KEY, "").strip():
        return key
    path = environ.get(KEY_FILE, "").strip()
    if not path:
        raise NotReadable("there is no key to decrypt it with", f"Set {KEY}, or {KEY_FILE} to the file that holds it.")
    try:
        with Path(path).open("rb") as file:
            return file.read(_LONGEST_KEY).decode("ascii").strip()
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "it is no text"
        raise NotReadable(
            f"the key file {path!r} cannot be read: {cause}", f"Set {KEY_FILE} to the key's file."
        ) from None


def encrypt(text: str, key: str) -> str:
    """Return what a settings file says for a secret: ``@encrypted:`` and a token.

    Raises:
        NotReadable: The library is missing, or the key is none.
    """
    return f"@encrypted:{_fernet(key).encrypt(text.encode()).decode('ascii')}"


def decrypt(token: str, key: str) -> str:
    """Return the secret of a token.

    Raises:
        NotReadable: The library is missing, the key is none, or it is not the one that the token was made with.
    """
    fernet = _fernet(key)
    from cryptography.fernet import InvalidToken

    try:
        return fernet.decrypt(token.encode()).decode()
    except (InvalidToken, ValueError):
        raise NotReadable(
            "it cannot be decrypted with this key",
            "Encrypt it again with `fixplus config encrypt`, or set its own key.",
        ) from None


def _fernet(key: str) -> "Fernet":
    _library()
    from cryptography.fernet import Fernet

    try:
        return Fernet(key)
    except ValueError:
        raise NotReadable(
            "the key to decrypt it with is none", "Make one with `fixplus config encrypt --new-key FILE`."
        ) from None


def _library() -> None:
    try:
        import cryptography.fernet  # noqa: F401 # whether it is there
    except ModuleNotFoundError:
        raise NotReadable(
            "encrypted values need the library cryptography", "Install it: pip install 'pyfixmsg-plus[encryption]'."
        ) from None
