"""Settings files as sections of entries, whichever form they have."""

from pyfixmsg_plus.config.reading.forms import MAX_BYTES, read_text, sections_of
from pyfixmsg_plus.config.reading.sections import Entry, Section

__all__ = ["MAX_BYTES", "Entry", "Section", "read_text", "sections_of"]
