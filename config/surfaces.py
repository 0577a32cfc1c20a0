"""Which addresses a process serves (SURFACE), so that the keys of cases need not be where strangers ask for pages.

Every surface knows every address and can write a link to it; what another one serves is not there on this one.
"""

from enum import StrEnum


class Surface(StrEnum):
    """What one process serves."""

    ALL = "all"
    PUBLIC = "public"
    SEALED = "sealed"

    @property
    def holds_case_keys(self) -> bool:
        """Whether words of cases can be opened here."""
        return self is not Surface.PUBLIC


SEALED = ("complaints", "casework")  # whoever is served there reads or writes what is sealed
BOTH = ("accounts", "my", "staff", "static", "healthz", "readyz")  # log-in, own pages, signatures; what monitors ask


def elsewhere(surface: Surface) -> list[str]:
    """Patterns of the addresses that this surface leaves to another one; none where it serves all."""
    if surface is Surface.PUBLIC:
        return [rf"^(?:{'|'.join(SEALED)})(?:/|$)"]
    if surface is Surface.SEALED:
        return [rf"^(?!(?:{'|'.join((*SEALED, *BOTH))})(?:/|$))"]
    return []
