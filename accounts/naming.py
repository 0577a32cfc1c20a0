"""Names a person goes by, dated. A change adds a row; the row before stays for the documents that were made under it."""

from django.core.validators import RegexValidator
from django.db import transaction

from accounts import names, people, printable
from accounts.models import Name, User
from audit import clock, log
from audit.registered import Forget, register

NAMED = register("accounts.named", "A name was recorded", forget=Forget.EMPTY)

LANGUAGE = RegexValidator(r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "This is not the mark of a language; it looks like ja or zh-Hant.")


class NameNotUsable(ValueError):
    """The name is empty, or holds characters that no certificate can print; `reasons` lists each as a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def not_usable(full_name: str, latin_name: str = "") -> list[str]:
    """Every reason why a name cannot be recorded; empty when it can."""
    reasons = [] if printable.clean(full_name) else ["A name is needed."]
    if not reasons and not any(letter.isalpha() for letter in names.fold(full_name)):
        reasons.append("A name has letters; this one has none by which its bearer could be found.")
    for name in (full_name, latin_name):
        if len(printable.clean(name)) > printable.MAX_LENGTH:
            reasons.append(f"A name can have {printable.MAX_LENGTH} characters at most.")
        elif words := printable.refusal(name):
            reasons.append(words)
    return reasons


@transaction.atomic
def rename(
    user: User, full_name: str, *, latin_name: str = "", family_name_first: bool = False, language: str = "", by: User | None
) -> Name:
    """Record the name in use from now on, the first one too. The same name again changes nothing. Raises NameNotUsable."""
    if reasons := not_usable(full_name, latin_name):
        raise NameNotUsable(reasons)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at is not None:
        raise NameNotUsable(["This account was erased, so no name is recorded any more."])
    wanted = {
        "full_name": printable.clean(full_name),
        "latin_name": printable.clean(latin_name),
        "family_name_first": family_name_first,
        "language": language,
    }
    if user.names.current().filter(**wanted).exists():
        return user.names.current().get()
    user.names.current().update(replaced_at=clock.now())
    name = Name.objects.create(user=user, **wanted)
    people.keep(name)
    log.record(NAMED, user, by=by, name=name.full_name)
    return name
