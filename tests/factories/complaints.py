"""Cases, and what was told in them."""

from datetime import date

import factory

from complaints import papers
from complaints.facts import Level, PaperKind, Party, Relation, Source, State
from complaints.models import Case


class CaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Case

    state = State.SUBMITTED.value
    source = Source.WEB.value
    level = Level.CONFIDENTIAL.value
    relation = Relation.CLIENT.value
    received_on = date(2031, 3, 3)


STORY = "The coach asked me for money, and went on asking."


def case_with_story(text=STORY, **fields):
    """A case, and the paper of its narrative."""
    case = CaseFactory(**fields)
    return case, papers.write(case, PaperKind.NARRATIVE, text, by=None, party=Party.COMPLAINANT)
