"""Numbers of certificates and codes of documents: made, read back, checked for a slip."""

import re
import secrets
import unicodedata

# No look-alikes, no vowels, and prime in number: the check symbol finds every single wrong symbol and every swap of two.
SYMBOLS = "23456789CDFHJKMNPRTVWXY"
OURS = re.compile(r"[A-Z]{2,8}-([A-Z0-9]{7})")
CODE_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _check_symbol(symbols: str) -> str:
    return SYMBOLS[sum(weight * SYMBOLS.index(symbol) for weight, symbol in enumerate(symbols, start=2)) % len(SYMBOLS)]


def make(prefix: str) -> str:
    """A new number such as TRC-7K4M9RJ: the prefix, six random symbols, one check symbol."""
    symbols = "".join(secrets.choice(SYMBOLS) for _ in range(6))
    return f"{prefix}-{symbols}{_check_symbol(symbols)}"


def normalize(text: str) -> str:
    """A number as it is kept: capitals, one hyphen where blanks or dashes stood."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return re.sub(r"[\s\-\u2010-\u2015\u2212]+", "-", plain).strip("-")


def has_slip(text: str) -> bool:
    """Whether a number of our own pattern was mistyped. Numbers of another pattern (imported ones) have no check symbol to fail."""
    found = OURS.fullmatch(normalize(text))
    if found is None:
        return False
    symbols = found[1]
    return any(symbol not in SYMBOLS for symbol in symbols) or _check_symbol(symbols[:6]) != symbols[6]


def make_code() -> str:
    """128 random bits in base 32, in groups of five: nobody guesses the address of a document."""
    value = secrets.randbits(128)
    symbols = "".join(CODE_SYMBOLS[(value >> shift) & 31] for shift in range(125, -1, -5))
    return "-".join(symbols[start : start + 5] for start in range(0, 26, 5))


def normalize_code(text: str) -> str:
    """A code as it is kept, from whatever case, blanks, dashes and look-alikes it was typed with."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper()).translate(LOOK_ALIKES)
    return "-".join(plain[start : start + 5] for start in range(0, len(plain), 5))
