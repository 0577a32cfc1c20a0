"""What complaints keep about a person, and what becomes of it. A case follows its own days, whoever is forgotten meanwhile."""

from collections.abc import Iterator
from datetime import date

from accounts import personal
from accounts.models import User
from accounts.personal import Forgetting, Kept, Table
from complaints.facts import Party, State
from complaints.models import Case, Paper

# From the notice on the coach knows of the case; before it, nobody learns from us that there is one, by being refused something either.
KNOWN = (
    State.NOTICE_SERVED,
    State.INVESTIGATION,
    State.CASE_REVIEW,
    State.PANEL_SET,
    State.HEARING,
    State.DELIBERATION,
    State.COUNTERSIGN,
    State.DECIDED,
    State.APPEALED,
    State.SANCTION_ACTIVE,
    State.BREACH_REVIEW,
)


def tell(person: User) -> Iterator[Table]:
    """What the person answered as the coach whom a complaint is about: that and when. The words stay sealed, a copy is a file in clear."""
    answers = (
        Paper.objects.filter(made_by=person, party=Party.RESPONDENT.value, case__respondent=person).select_related("case").order_by("pk")
    )
    yield Table(
        "What you answered in complaints",
        [{"Case": answer.case.number, "Kind": answer.kind.replace("_", " "), "Written": answer.made_at} for answer in answers],
    )


def against(person: User, on: date) -> Iterator[str]:
    """A case of which the coach knows has to be heard to its end."""
    for number in (
        Case.objects.filter(respondent=person, state__in=[state.value for state in KNOWN]).order_by("pk").values_list("number", flat=True)
    ):
        yield f"Case {number} is not over yet."


def forget(person: User, forgetting: Forgetting) -> None:
    """Nothing goes: rows lead to an account that names nobody, and words are sealed until the days of their case are over."""


KEEPS = (
    Kept(
        "What you answered in a complaint, and what was written to you",
        "So that a decision can be explained and appealed. It is sealed; each time somebody reads it is on the record.",
        "By outcome, one to ten years after the case is over.",
        False,
        "It stays sealed until those days are over; then the key of the case is destroyed. "
        "You are not forgotten while a case of which you know is open.",
    ),
)

personal.register(
    personal.Part(
        app="complaints",
        title="Complaints",
        keeps=KEEPS,
        tells=frozenset({"complaints.Paper"}),
        leaves_out={
            "complaints.Case": "says whom a complaint is about; a coach learns of it by the notice, and before that from nobody",
            "complaints.Allegation": "belongs to a case, as above",
            "complaints.CaseKey": "opens the words of a case, and says nothing itself",
            "complaints.Clock": "belongs to a case: what is due until when",
            "complaints.Decision": "belongs to a case; the coach gets it as a letter",
            "complaints.Delivery": "belongs to a letter of a case: that it went by post, and arrived",
            "complaints.InterimOrder": "belongs to a case; the coach gets it as a letter",
            "complaints.LegalHold": "belongs to a case: that it is kept for a court",
            "complaints.Letter": "belongs to a case; its words are sealed, and whoever it is for reads it in the portal",
            "complaints.Obligation": "belongs to a decision; the coach gets it as a letter",
            "complaints.Proven": "belongs to a decision, as above",
            "complaints.Reinstatement": "belongs to a case; whoever applied gets each answer as a letter",
            "complaints.Step": "belongs to a case: what was done in it and by whom, kept so that a decision can be shown to be fair",
            "complaints.Receipt": "is a digest of a code that whoever complained holds",
            "complaints.EvidenceSet": "lists files of a case",
            "complaints.Evidence": "belongs to a case; its parties get it by disclosure, with what concerns others left out",
        },
        tell=tell,
        forget=forget,
        against=against,
    )
)
