"""Keys that we do not know: they are text, and every form of file can hold them."""

from datetime import date, time

from pyfixmsg_plus.config.kinds import Kind, NotReadable

__all__ = ["extra_text"]


def extra_text(name: str, value: object) -> str:
    """Return the text of an unknown key.

    Raises:
        NotReadable: No INI file could say it.
    """
    if isinstance(value, bool):
        value = "Y" if value else "N"
    elif isinstance(value, (int, float, date, time)):
        value = str(value)
    elif isinstance(value, list):
        value = ",".join(extra_text(name, item) for item in value)
    if not isinstance(value, str):
        raise NotReadable("it is no text", "Write it in quotes.")
    if not name or name != name.strip() or "=" in name or name.startswith(("#", "[")):
        raise NotReadable("its name cannot be written in every form", "Use letters, digits, _ and . in names.")
    Kind().read(name)
    return str(Kind().read(value))
