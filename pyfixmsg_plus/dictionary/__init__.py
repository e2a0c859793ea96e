"""Dictionaries: what is known about the fields and messages of a version.

Bundled are FIX 4.0 to 4.4, 5.0, 5.0 SP1, 5.0 SP2 and FIXT 1.1; others are read from Orchestra or QuickFIX XML. Layers
change a
dictionary for a venue and for one house.
"""

from pyfixmsg_plus._core import (
    CodeDefinition,
    Dictionary,
    FieldDefinition,
    MemberDefinition,
    StructureDefinition,
    ValidationSettings,
    Violation,
)
from pyfixmsg_plus.dictionary.loading import load_dictionary

__all__ = [
    "CodeDefinition",
    "Dictionary",
    "FieldDefinition",
    "MemberDefinition",
    "StructureDefinition",
    "ValidationSettings",
    "Violation",
    "load_dictionary",
]
