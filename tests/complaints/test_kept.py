"""What complaints keep about a person: told without words, and no hint of a case of which the person does not know."""

import pytest

from accounts import erasures
from audit import clock
from complaints import kept, papers
from complaints.facts import PaperKind, Party, State
from complaints.models import Paper
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.complaints import CaseFactory, case_with_story

pytestmark = pytest.mark.django_db

UNTOLD = {State.SUBMITTED, State.TRIAGE, State.NEEDS_INFO, State.ADMITTED, State.DISMISSAL_REVIEW}
OVER = {State.MERGED, State.CLOSED, State.ERASED}


def about(coach, state):
    master = CaseFactory() if state is State.MERGED else None
    closing = {"closed_on": clock.today(), "closure": "dismissed"} if state in OVER else {}
    return CaseFactory(respondent=coach, state=state.value, master=master, **closing)


@pytest.mark.parametrize("state", list(State))
def test_a_case_speaks_against_forgetting_from_its_notice_to_its_end(state):
    coach = UserFactory()
    case = about(coach, state)

    reasons = list(kept.against(coach, clock.today()))

    assert reasons == ([] if state in UNTOLD | OVER else [f"Case {case.number} is not over yet."])


def test_a_case_about_somebody_else_speaks_against_nothing():
    about(UserFactory(), State.HEARING)

    assert list(kept.against(UserFactory(), clock.today())) == []


def test_a_copy_lists_what_the_coach_answered_and_no_word_of_it():
    coach = UserFactory()
    case = about(coach, State.INVESTIGATION)
    answer = papers.write(case, PaperKind.RESPONSE, "Answercanaria", by=coach, party=Party.RESPONDENT)
    papers.write(case, PaperKind.NOTE, "A note", by=StaffFactory())

    (table,) = kept.tell(coach)

    assert table.rows == [{"Case": case.number, "Kind": "response", "Written": answer.made_at}]


def test_nothing_is_told_of_a_case_to_which_the_coach_answered_nothing():
    coach = UserFactory()
    case_with_story(respondent=coach)

    (table,) = kept.tell(coach)

    assert table.rows == []


def test_a_forgotten_coach_leaves_a_case_that_can_be_read_on():
    coach = UserFactory()
    case, paper = case_with_story(respondent=coach)

    erasures.erase(coach, by=coach, at=clock.now())

    case.refresh_from_db()
    assert case.respondent.erased_at is not None
    assert papers.read_for_machine([Paper.objects.get(pk=paper.pk)])
