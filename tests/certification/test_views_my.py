"""The coach's screens: what stands there, what they let a coach do, what they refuse."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from audit import clock
from certification import statements
from certification.facts import SanctionKind, in_words
from certification.models import CertificateDocument, Statement, Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import (
    CertificateFactory,
    SanctionFactory,
    completed,
    edition_in_force,
    ready_to_renew,
    review_course,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach(client):
    """Logged in, a month before the end of the term, nothing done yet."""
    edition_in_force()
    review_course()
    today = clock.today()
    certificate = CertificateFactory(
        holder__full_name="Łucja Żebrowska", term__first_day=today - timedelta(days=700), term__last_day=today + timedelta(days=29)
    )
    client.force_login(certificate.holder, factor=True)
    return certificate


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "address", ["/my/", "/my/renewal/", "/my/renewal/statement/", "/my/certificates/", "/my/certificates/X-1/give-back/"]
)
def test_strangers_log_in_first(client, address):
    assert client.get(address).url == f"/accounts/login/?next={address}"


def test_a_person_without_a_certificate_is_shown_the_courses(client):
    client.force_login(UserFactory())

    assert "No certificate yet" in text_of(client.get("/my/"))
    assert client.get("/my/renewal/")["Location"] == "/my/"
    assert client.get("/my/renewal/?certificate=DEMO-9999").status_code == 404


def test_the_dashboard_says_what_is_missing_and_where_to_do_it(client, coach):
    page = text_of(client.get("/my/"))

    assert "Active until" in page
    assert "Not yet completed for this renewal." in page
    assert "Not yet signed. It comes after the review." in page
    assert "/my/renewal/statement/" not in page
    assert "Unless you have renewed by then, the registry says from this day that the certificate has lapsed." in page
    assert '<span class="name" dir="auto">Łucja Żebrowska</span>' in page


def test_the_dashboard_says_why_an_earlier_review_does_not_count(client, coach):
    completed(coach.holder, coach.terms.get().first_day - timedelta(days=3))

    assert "does not count this time: it was completed before the current term began." in text_of(client.get("/my/"))


def test_after_the_review_the_dashboard_leads_to_the_statement(client, coach):
    completed(coach.holder, clock.today())

    assert f"/my/renewal/statement/?certificate={coach.number}" in text_of(client.get("/my/"))


def test_before_the_review_the_statement_is_neither_offered_nor_taken(client, coach):
    form = {"agrees": "on", "typed_name": "Łucja Żebrowska"}

    page, refused = text_of(client.get("/my/renewal/statement/")), text_of(client.post("/my/renewal/statement/", form))

    assert statements.REVIEW_FIRST in page
    assert "Go to the course" in page
    assert "What you will sign" in page
    assert "Sign the statement" not in page
    assert statements.REVIEW_FIRST in refused
    assert "Łucja Żebrowska" in refused
    assert not Statement.objects.exists()


@pytest.mark.parametrize("kind", [SanctionKind.SUSPENSION, SanctionKind.REVOCATION])
def test_a_suspended_or_revoked_coach_reads_so_and_finds_no_button(client, coach, kind):
    SanctionFactory(certificate=coach, kind=kind, first_day=clock.today() - timedelta(days=3))
    completed(coach.holder, clock.today())
    signed(coach.holder, clock.today())

    page = text_of(client.get("/my/renewal/"))

    assert "Renew my certificate" not in page
    assert client.post("/my/renewal/").status_code == 409
    assert coach.terms.count() == 1


def test_a_revoked_coach_is_asked_for_no_review_and_no_signature(client, coach):
    SanctionFactory(certificate=coach, kind=SanctionKind.REVOCATION, first_day=clock.today() - timedelta(days=3))
    form = {"agrees": "on", "typed_name": "Łucja Żebrowska"}

    for done in (False, True):
        if done:
            completed(coach.holder, clock.today())
        for page in (text_of(client.get("/my/renewal/statement/")), text_of(client.post("/my/renewal/statement/", form))):
            assert statements.REVOKED in page
            assert statements.REVIEW_FIRST not in page
            assert "Sign the statement" not in page
    assert not Statement.objects.exists()


def test_each_form_says_in_its_own_sentence_what_is_not_done_yet(client, coach):
    assert "Not renewed yet: this is still to be done" in text_of(client.post("/my/renewal/"))
    assert "Nothing was ended: tick the box if you are sure" in text_of(client.post(f"/my/certificates/{coach.number}/give-back/"))
    completed(coach.holder, clock.today())
    assert "Not signed yet: please put this right and sign again" in text_of(client.post("/my/renewal/statement/", {"typed_name": "X"}))


def test_giving_back_looks_grave_and_says_what_happens(client, coach):
    page = text_of(client.get(f"/my/certificates/{coach.number}/give-back/"))

    assert '<button class="button button--grave" type="submit">End my certificate today</button>' in page
    assert "you cannot undo it: only the office can bring it back" in page


def test_a_coach_signs_with_the_name_and_a_factor_just_given(client, coach):
    completed(coach.holder, clock.today())

    answer = client.post("/my/renewal/statement/", {"agrees": "on", "typed_name": "lucja zebrowska"})

    assert answer.url == f"/my/renewal/?certificate={coach.number}"
    statement = Statement.objects.get()
    assert (statement.person, statement.typed_name) == (coach.holder, "lucja zebrowska")
    assert "{" not in statement.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"typed_name": "Somebody Else"}, "Type your name as we have it: Łucja Żebrowska."),
        ({"agrees": ""}, "Tick this box if you declare it."),
    ],
)
def test_a_signature_that_is_not_the_coachs_own_is_refused_and_the_name_typed_comes_back(client, coach, changes, words):
    completed(coach.holder, clock.today())
    form = {"agrees": "on", "typed_name": "Łucja Żebrowska", **changes}

    answer = client.post("/my/renewal/statement/", form)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert form["typed_name"] in text_of(answer)
    assert not Statement.objects.exists()


def test_the_whole_renewal_by_hand(client, coach):
    completed(coach.holder, clock.today())
    client.post("/my/renewal/statement/", {"agrees": "on", "typed_name": "Łucja Żebrowska"})

    assert "Renew my certificate" in text_of(client.get("/my/renewal/"))
    page = text_of(client.post("/my/renewal/", follow=True))

    assert "Renewed: your certificate is valid until" in page
    assert "Being made; look again in a minute" in page
    assert coach.terms.count() == 2


@pytest.mark.parametrize("given_up", [True, False])
def test_a_document_that_cannot_be_made_is_said_to_be_delayed_and_not_to_come_in_a_minute(client, coach, given_up):
    term = coach.terms.get()
    again = {"last_error": "PDFs cannot be made on this machine", "gave_up_at": clock.now() if given_up else None}
    OutboxMessage.objects.create(kind="certification.deliver_certificate", subject_id=term.pk, key=f"term:{term.pk}:deliver", **again)
    document = CertificateDocument.objects.create(term=term, verify_code="K7PM2RX4TQ9D", facts={})

    listed, own = text_of(client.get("/my/certificates/")), text_of(client.get(document.download_url))

    assert "Delayed on our side. You need do nothing" in listed
    assert "It is delayed on our side." in own
    assert "minute" not in listed + own


def test_a_second_click_leads_to_the_certificates_and_grants_nothing(client):
    certificate = ready_to_renew(on=clock.today())
    client.force_login(certificate.holder)
    client.post("/my/renewal/")

    assert client.post("/my/renewal/").url == "/my/certificates/"
    assert certificate.terms.count() == 2


def test_a_late_renewal_clicked_twice_says_that_it_is_renewed(client):
    """Its term begins on the day of the click, so the second click finds a running term that nobody can renew yet."""
    today = clock.today()
    certificate = ready_to_renew(on=today, days_left=-9)
    client.force_login(certificate.holder)
    client.post("/my/renewal/")

    page = client.post("/my/renewal/", follow=True)

    assert page.redirect_chain == [("/my/certificates/", 302)]
    assert f"renewed already. It is valid until {in_words(certificate.terms.last().last_day)}." in text_of(page)
    assert certificate.terms.count() == 2


def test_a_renewal_given_back_on_its_day_is_not_called_renewed(client):
    today = clock.today()
    certificate = ready_to_renew(on=today, days_left=-9)
    client.force_login(certificate.holder)
    client.post("/my/renewal/")
    client.post(f"/my/certificates/{certificate.number}/give-back/", {"sure": "on"})

    assert client.post("/my/renewal/").status_code == 409


def test_a_renewal_that_is_not_ready_says_everything_that_is_missing(client, coach):
    answer = client.post("/my/renewal/")

    assert answer.status_code == 409
    assert "The review of the Code of Ethics is not yet done" in text_of(answer)
    assert "The statement on the Code in force is not yet signed" in text_of(answer)


def test_nobody_renews_or_gives_back_a_certificate_of_somebody_else(client, coach):
    other = ready_to_renew(on=clock.today())

    assert client.post(f"/my/renewal/?certificate={other.number}").status_code == 404
    assert client.post(f"/my/certificates/{other.number}/give-back/", {"sure": "on"}).status_code == 404
    assert other.terms.count() == 1


def test_a_coach_gives_the_certificate_back_after_saying_so(client, coach):
    address = f"/my/certificates/{coach.number}/give-back/"
    assert client.post(address).status_code == 200
    assert coach.terms.current().get().last_day > clock.today()

    client.post(address, {"sure": "on"})

    assert coach.terms.current().get().last_day == clock.today()


@pytest.fixture
def document(coach):
    document = CertificateDocument.objects.create(term=coach.terms.get(), facts={}, sha256="0" * 64)
    document.file.save("a.pdf", ContentFile(b"%PDF-1.7"))
    return document


def test_a_document_is_served_to_its_holder_and_to_the_office_alone(client, coach, document):
    assert b"".join(client.get(document.download_url).streaming_content) == b"%PDF-1.7"
    client.force_login(StaffFactory())
    assert client.get(document.download_url).status_code == 200
    client.force_login(UserFactory())
    assert client.get(document.download_url).status_code == 404
    client.logout()
    assert client.get(document.download_url).status_code == 302


@pytest.mark.parametrize("how", ["replaced", "taken back"])
def test_a_document_that_is_no_longer_in_use_is_downloaded_by_nobody(client, coach, document, how):
    """After a change of name it shows the old one; after a change of hands the name of somebody else."""
    if how == "replaced":
        CertificateDocument.objects.take_out_of_use(terms=[document.term_id])
    else:
        Term.objects.void(document.term)

    for person in (coach.holder, StaffFactory()):
        client.force_login(person)
        answer = client.get(document.download_url)
        assert answer.status_code == 410
        assert "This document is no longer in use" in text_of(answer)
        assert b"%PDF" not in answer.content


@pytest.mark.parametrize("how", ["made", "replaced"])
def test_the_office_reads_of_anothers_document_and_not_of_its_own(client, coach, document, how):
    document.file.delete()
    if how == "replaced":
        CertificateDocument.objects.take_out_of_use(terms=[document.term_id])
    pages = []
    for person in (coach.holder, StaffFactory()):
        client.force_login(person)
        page = text_of(client.get(document.download_url))
        pages.append(page[page.index("<h1>") : page.index("</main>")])

    mine, theirs = pages
    assert "under your certificates" in mine
    assert "Back to my certificates" in mine
    assert not re.search(r"\b(your|my|you)\b", theirs.replace("“My certificates”", ""), re.IGNORECASE)
    assert f'href="/staff/certificates/{coach.number}/"' in theirs


def test_a_certificate_given_back_has_no_document_on_the_way_and_is_not_given_back_again(client, coach):
    client.post(f"/my/certificates/{coach.number}/give-back/", {"sure": "on"})

    page = text_of(client.get("/my/certificates/"))

    assert "None; it was given back" in page
    assert "Being made" not in page
    assert "/give-back/" not in page


def test_a_suspended_coach_who_gives_back_is_told_what_the_public_goes_on_to_read(client, coach):
    address = f"/my/certificates/{coach.number}/give-back/"
    assert "From tomorrow the registry says that it has lapsed." in text_of(client.get(address))

    SanctionFactory(certificate=coach, first_day=clock.today())

    assert "goes on to say that it is suspended" in text_of(client.get(address))


@pytest.mark.parametrize("certificates", [1, 3])
def test_the_dashboard_asks_as_much_for_one_certificate_as_for_three(client, coach, certificates, django_assert_num_queries):
    completed(coach.holder, clock.today())
    for _ in range(certificates - 1):
        CertificateFactory(holder=coach.holder, term__last_day=clock.today() + timedelta(days=29))

    with django_assert_num_queries(17):
        client.get("/my/")
