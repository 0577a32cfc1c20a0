"""The code by which whoever complained comes back without an account: made, read back, looked up, replaced, ended.

120 bits by chance and a check symbol; kept as a keyed digest alone, so that nobody gets a code from the database (docs/decisions/0129).
"""

import hmac
import secrets
import unicodedata
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts import limits
from accounts.limits import Limit, Verdict
from accounts.models import User
from audit import log
from certification import rules
from complaints import actions
from complaints.models import Case, Receipt

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read for 1 and 0, and no words
LENGTH = 24  # symbols by chance; the 25th checks them
GROUP = 5
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}  # blanks, line ends, invisible characters, dashes
LONGEST = 200  # characters that are looked at, however many were typed
OPENS_FOR = 1  # years after the case was closed

# Nobody gets through 2**120 anyway: the limits are against floods. A wait is an hour at most, and what was typed stays on the page.
TRY_FROM_PLACE = Limit("receipt-place", 10, timedelta(hours=1))
TRY_OF_BEGINNING = Limit("receipt-beginning", 10, timedelta(hours=1))
TRY_FROM_ANYWHERE = Limit("receipt", 200, timedelta(hours=1))


class NoPepper(ValueError):
    """This process holds no RECEIPT_PEPPER (SURFACE)."""

    def __init__(self) -> None:
        super().__init__("this process holds no RECEIPT_PEPPER (SURFACE)")


# The code itself


def make() -> str:
    """A new code: 24 symbols by chance and the one that checks them, in five groups of five."""
    return _code(secrets.randbits(LENGTH * 5))


def derived(form: str) -> str:
    """The code of the complaint that one form becomes, always the same: a second click shows the same code as the first.

    `form`: by chance and signed (complaints/views/sending.py), known to one browser alone; the code cannot be told from it without
    SECRET_KEY (docs/decisions/0150).
    """
    digest = salted_hmac("complaints.receipts.derived", form, algorithm="sha256").digest()
    return _code(int.from_bytes(digest[: LENGTH * 5 // 8]))


def _code(value: int) -> str:
    symbols = "".join(SYMBOLS[(value >> shift) & 31] for shift in range((LENGTH - 1) * 5, -1, -5))
    return in_groups(symbols + check_symbol(symbols))


def in_groups(symbols: str) -> str:
    """ABCDEFGHIJ → ABCDE-FGHIJ."""
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))


def normalize(text: str) -> str:
    """A code as it is compared, from whatever case, blanks, dashes and look-alikes it was typed with. Nothing else is mended."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).upper().translate(LOOK_ALIKES)
    return "".join(letter for letter in plain if unicodedata.category(letter) not in BETWEEN and letter != "\u2212")


def has_slip(text: str) -> bool:
    """Whether this cannot be a code as it was given, by its length, symbols and check symbol: no table is asked."""
    symbols = normalize(text)
    if len(symbols) != LENGTH + 1 or any(symbol not in SYMBOLS for symbol in symbols):
        return True
    return check_symbol(symbols[:-1]) != symbols[-1]


def check_symbol(symbols: str) -> str:
    """Luhn modulo 32: finds every single wrong symbol, and every swap of neighbors but 0 with Z."""
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        value = SYMBOLS.index(symbol) * (1 if place % 2 else 2)
        total += value // 32 + value % 32
    return SYMBOLS[-total % 32]


def mac(code: str) -> str:
    """The digest that is kept of a code: HMAC-SHA-256 under the first of RECEIPT_PEPPER, hexadecimal. Raises NoPepper."""
    return _macs(code)[0]


def _macs(code: str) -> list[str]:
    """Under each of RECEIPT_PEPPER, the newest first: a code that was given under an older one still opens."""
    peppers = [part.strip() for part in settings.RECEIPT_PEPPER.split(",") if part.strip() not in ("", "unset")]
    if not peppers:
        raise NoPepper
    said = f"attest.receipt\0{normalize(code)}".encode(errors="replace")
    return [hmac.new(pepper.encode(), said, "sha256").hexdigest() for pepper in peppers]


# A case and its code


@transaction.atomic
def issue(case: Case, *, by: User | None, at: datetime, code: str | None = None) -> str:
    """Give a case its first code, to be shown once; kept nowhere. `by`: who typed the complaint in, None for whoever complained.

    `code`: the one of its form (`derived`). Raises IntegrityError where another case has it.
    """
    code = code or make()
    receipt = Receipt.objects.create(case=case, mac=mac(code), made_at=at)
    log.record(actions.RECEIPT_MADE, case, by=by, receipt=receipt.pk)
    return code


@transaction.atomic
def replace(receipt: Receipt, *, at: datetime) -> str | None:
    """A new code for whoever holds this one; from now on the old one opens nothing. None where another was faster."""
    held = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if held.replaced_at is not None:
        return None
    Receipt.objects.filter(pk=held.pk).update(replaced_at=at)
    code = make()
    made = Receipt.objects.create(case_id=held.case_id, mac=mac(code), made_at=at, ends_on=held.ends_on)
    log.record(actions.RECEIPT_REPLACED, made.case, by=None, receipt=made.pk, replaces=held.pk)
    return code


def end(case: Case, *, closed_on: date | None) -> None:
    """Let the code of a closed case open until twelve months after; with None, for a case that is opened again, without an end."""
    Receipt.objects.filter(case=case, replaced_at=None).update(ends_on=None if closed_on is None else last_day(closed_on))


def last_day(closed_on: date) -> date:
    """The last day on which a code opens a case that was closed on this day."""
    return rules.anniversary(closed_on, OPENS_FOR)


def find(code: str, *, on: date) -> Receipt | None:
    """The receipt that this code opens on a day, with its case; None for one that is wrong, mistyped, ended, replaced or erased.

    All of them take the same way: the same digests, one statement with every condition in it, the same answer.
    """
    opens = Q(replaced_at=None) & (Q(ends_on=None) | Q(ends_on__gte=on)) & Q(case__key__destroyed_at=None)
    return Receipt.objects.filter(opens, mac__in=_macs(code)).select_related("case").first()


def ever(code: str) -> Receipt | None:
    """The receipt that was made for this code, whatever became of it: opens nothing, says only that the form was sent before."""
    return Receipt.objects.filter(mac__in=_macs(code)).select_related("case").first()


def may_try(code: str, place: str, *, at: datetime) -> Verdict:
    """Count a try of a code from a place (an address, a session), and say whether it may be looked up. Neither is kept: accounts/limits.py.

    Call it outside a transaction, before `find`, whatever was typed.
    """
    take = partial(limits.take, at=at)
    for limit, who in ((TRY_FROM_PLACE, place), (TRY_OF_BEGINNING, normalize(code)[:GROUP]), (TRY_FROM_ANYWHERE, "all")):
        if not (verdict := take(limit, who)).allowed:
            return verdict
    return Verdict(allowed=True)


def opened(code: str, place: str) -> None:
    """The code was right: what its owner mistyped before no longer counts."""
    limits.forgive(TRY_FROM_PLACE, place)
    limits.forgive(TRY_OF_BEGINNING, normalize(code)[:GROUP])
