"""Points of the chain that are kept outside the database. No database, no clock, no request."""

import re
from dataclasses import dataclass
from datetime import date

MAC_LENGTH = 64  # hexadecimal digits of a seal's code
LINE = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{1,18}) ([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the chain written down outside the database: the number of a seal and its code, and the day it was written, if known."""

    number: int
    mac: str
    day: date | None = None

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.number} {self.mac}" if self.day else f"{self.number} {self.mac}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read "NUMBER CODE" or "DAY NUMBER CODE", or raise ValueError."""
        found = LINE.fullmatch(" ".join(text.split()))
        if found is None:
            raise ValueError(f"an anchor is a day, the number of a seal and its code of {MAC_LENGTH} characters")
        day, number, mac = found.groups()
        return cls(int(number), mac.lower(), date.fromisoformat(day) if day else None)
