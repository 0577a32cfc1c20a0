"""People to be invited, from a table: every row judged, nothing written; then those who can be invited are, all in one transaction.

Whoever has an account already, or was invited, is left as they are: the same table again invites nobody twice.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import actions, invitations, names, naming, uploads
from accounts.models import User
from audit import log
from audit.models import Entry

NEEDED = ["name", "email"]
COLUMNS = [*NEEDED, "latin_name", "language"]
ALSO = {"e_mail": "email", "email_address": "email", "e_mail_address": "email", "full_name": "name", "name_in_latin_letters": "latin_name"}
LARGEST = 1024 * 1024  # bytes: more than 2000 rows of the longest names
ROWS = 2000
LONGEST_EMAIL = 254
FORMULA = ("=", "+", "-", "@")


class Verdict(Enum):
    """What becomes of a row."""

    NEW = "Will be invited"
    WAITING = "Will be invited: has an account, and was never invited"
    INVITED = "Invited already"
    HERE = "Here already"
    REFUSED = "Not usable"


TO_INVITE = (Verdict.NEW, Verdict.WAITING)


class Unreadable(ValueError):
    """The file is no table of people; `reasons` lists every sentence that says why, with its way out."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(slots=True)
class Row:
    """A line of the table, and what becomes of it."""

    line: int
    name: str
    email: str
    latin_name: str = ""
    language: str = ""
    reasons: list[str] = field(default_factory=list)
    found: Verdict = Verdict.NEW

    @property
    def verdict(self) -> Verdict:
        return Verdict.REFUSED if self.reasons else self.found

    @property
    def is_to_invite(self) -> bool:
        return self.verdict in TO_INVITE

    @property
    def values(self) -> tuple[str, str, str, str]:
        """What a row is made of again."""
        return self.name, self.email, self.latin_name, self.language


def read(data: bytes, name: str) -> list[Row]:
    """The rows of a CSV file with a heading line: commas, semicolons or tabs, UTF-8 or UTF-16. Raises Unreadable."""
    verdict = uploads.look(data, name, kinds=[uploads.Kind.CSV], largest=LARGEST)
    if not verdict.accepted:
        raise Unreadable(verdict.reasons)
    try:
        return _rows(uploads.table_text(data))
    except csv.Error:
        raise Unreadable([f"A quotation mark in it does not close, or a cell is longer than any name. {uploads.SAVE_AS_CSV}"]) from None


def judge(rows: Sequence[Row]) -> None:
    """Give every row its verdict; nothing is written, and two statements answer for any number of rows."""
    seen: dict[str, int] = {}
    for row in rows:
        row.reasons += _against(row)
        if row.email in seen:
            row.reasons.append(f"The address stands in line {seen[row.email]} too.")
        elif row.email:
            seen[row.email] = row.line
    people = {person.email: person for person in User.objects.filter(email__in=list(seen)).prefetch_related("names")}
    invited = _invited(people.values())
    for row in rows:
        if (person := people.get(row.email)) and not row.reasons:
            _compare(row, person, was_invited=str(person.pk) in invited)


@transaction.atomic
def invite(rows: Sequence[Row], *, by: User | None) -> Counter[Verdict]:
    """Invite whom `judge` found to be invited, all in one transaction; answers what became of the rows.

    Looked at again under a lock: whoever was invited meanwhile is not invited twice. In the order of the addresses, so that two tables
    at once wait for each other.
    """
    done = Counter(row.verdict for row in rows if not row.is_to_invite)
    for row in sorted((row for row in rows if row.is_to_invite), key=lambda row: row.email):
        done[_invite(row, by=by)] += 1
    count = sum(done[verdict] for verdict in TO_INVITE)
    if count:
        log.record(actions.PEOPLE_INVITED, ContentType.objects.get_for_model(User), by=by, invited=count)
    return done


def summary(verdicts: Counter[Verdict], *, done: bool) -> str:
    """Such as: 3 invited, 1 invited already, 2 not usable."""
    count = sum(verdicts[verdict] for verdict in TO_INVITE)
    parts = [f"{count} invited" if done else f"{count} will be invited"]
    others = (Verdict.INVITED, Verdict.HERE, Verdict.REFUSED)
    parts += [f"{verdicts[verdict]} {verdict.value[0].lower()}{verdict.value[1:]}" for verdict in others if verdicts[verdict]]
    return ", ".join(parts)


def _rows(text: str) -> list[Row]:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count), strict=True)
    heads: list[str] | None = None
    rows: list[Row] = []
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if heads is None:
            heads = _heads(cells, lines.line_num)
            continue
        if len(rows) == ROWS:
            raise Unreadable([f"It has more than {ROWS} rows. Please send it in parts."])
        rows.append(_row(heads, cells, lines.line_num))
    if not rows:
        raise Unreadable(["There is no row below the heading line." if heads else "It is empty. Please look whether it was saved."])
    return rows


def _heads(cells: list[str], line: int) -> list[str]:
    heads = [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    heads = [ALSO.get(head, head) for head in heads]
    known = f"The first line names the columns: {', '.join(NEEDED)} and, if there, {' and '.join(COLUMNS[len(NEEDED) :])}."
    missing = [name for name in NEEDED if name not in heads]
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    unknown = [head[:40] or "(no name)" for head in heads if head not in COLUMNS]
    reasons = [f"Line {line} has no column {', '.join(missing)}."] if missing else []
    reasons += [f"Line {line} names a column more than once: {', '.join(twice)}."] if twice else []
    reasons += [f"Line {line} has columns that cannot be used here: {', '.join(unknown[:6])}."] if unknown else []
    if reasons:
        raise Unreadable([*reasons, known])
    return heads


def _row(heads: list[str], cells: list[str], line: int) -> Row:
    values = {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}
    row = Row(line, values.get("name", ""), values.get("email", "").lower(), values.get("latin_name", ""), values.get("language", ""))
    if any(cell.strip() for cell in cells[len(heads) :]):
        row.reasons.append("It has more cells than there are columns.")
    return row


def _against(row: Row) -> Iterator[str]:
    for what, value in (("name", row.name), ("e-mail address", row.email), ("name in Latin letters", row.latin_name)):
        if value.startswith(FORMULA):
            yield f"The {what} begins with “{value[0]}”, as a formula does."
    if row.email:
        try:
            validate_email(row.email)
            is_address = len(row.email) <= LONGEST_EMAIL
        except ValidationError:
            is_address = False
        if not is_address:
            yield "The e-mail address is none yet; it should look like name@example.org."
    else:
        yield "There is no e-mail address."
    yield from naming.not_usable(row.name, row.latin_name)
    if row.language:
        try:
            naming.LANGUAGE(row.language)
        except ValidationError as refusal:
            yield f"Language: {' '.join(refusal.messages)}"


def _invited(people: Iterable[User]) -> set[str]:
    ids = [str(person.pk) for person in people]
    entries = Entry.objects.filter(action=actions.INVITED.name, subject_kind=User._meta.label_lower, subject_id__in=ids)
    return set(entries.values_list("subject_id", flat=True))


def _compare(row: Row, person: User, *, was_invited: bool) -> None:
    """Against the account that is there. It is never overwritten."""
    if not person.is_active:
        row.reasons.append("This account is closed. A site administrator can open it.")
    elif person.has_usable_password():
        row.found = Verdict.HERE
    elif was_invited:
        row.found = Verdict.INVITED
    elif person.name and names.fold(person.name.full_name) != names.fold(row.name):
        row.reasons.append("The address belongs to somebody with another name here.")
    else:
        row.found = Verdict.WAITING


def _invite(row: Row, *, by: User | None) -> Verdict:
    person = _made(row.email) or User.objects.get(email=row.email)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.has_usable_password() or not person.is_active:
        return Verdict.HERE
    if invitations.is_reachable(person):
        return Verdict.INVITED
    if person.name is None:
        naming.rename(person, row.name, latin_name=row.latin_name, language=row.language, by=by)
    invitations.invite(person, by=by)
    return row.verdict


def _made(email: str) -> User | None:
    """A new account; None where there is one by now."""
    if User.objects.filter(email=email).exists():
        return None
    try:
        with transaction.atomic():
            return User.objects.create_user(email)
    except IntegrityError:
        return None
