"""Finding certificates by number, code or name of the holder. Who holds none is never found here (but by accounts/people.py)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts import people
from certification import numbers
from certification.models import Certificate, CertificateDocument, CertificateQuerySet

NUMBER, CODE = "number", "code"
CODE_LENGTH = len(numbers.make_code())
LONGEST = 200  # characters of a search that are looked at


@dataclass(frozen=True, slots=True)
class Found:
    """Certificates with `standing` on the day asked for, of at most `limit` people. `by`: number, code or a people.Stage."""

    certificates: tuple[Certificate, ...]
    more: bool
    by: str


def find(q: str, *, on: date, limit: int = 20) -> Found:
    """Whose certificate is meant by a number, a code or a name; a certificate that begins after `on` is not there yet."""
    q = q[:LONGEST].replace("\x00", "")
    if found := _by_number_or_code(q, on=on):
        return found
    holds_one = Exists(_begun(on).filter(holder=OuterRef("person")))
    named = people.search(q, among=holds_one, limit=limit)
    certificates = _begun(on).filter(holder__in=named.people).select_related("holder") if named.people else ()
    return Found(_in_order(certificates, named.people), named.more, named.stage)


def _begun(on: date) -> CertificateQuerySet:
    return Certificate.objects.with_standing(on=on).filter(standing__isnull=False)  # type: ignore[misc]  # an annotation


def _by_number_or_code(q: str, *, on: date) -> Found | None:
    """One statement for a number, two for a code, and none where the text can be neither."""
    number, code = numbers.normalize(q), numbers.normalize_code(q)
    if len(code) == CODE_LENGTH:
        document = CertificateDocument.objects.filter(verify_code=code).values_list("term__certificate", flat=True).first()
        return _exactly(Q(pk=document) if document else Q(verify_code=code), CODE, on=on)
    if any(character.isdigit() for character in q) or numbers.OURS.fullmatch(number):
        return _exactly(Q(number=number), NUMBER, on=on)
    return None


def _exactly(condition: Q, by: str, *, on: date) -> Found | None:
    certificate = _begun(on).filter(condition).select_related("holder").first()
    return Found((certificate,), False, by) if certificate else None


def _in_order(certificates: Iterable[Certificate], people: tuple[int, ...]) -> tuple[Certificate, ...]:
    place = {pk: position for position, pk in enumerate(people)}
    return tuple(sorted(certificates, key=lambda certificate: (place[certificate.holder_id], certificate.number)))
