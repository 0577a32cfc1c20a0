"""The public pages: what they say, to whom, with which code; and that nothing hidden changes a byte."""

from datetime import timedelta

import pytest

from audit import clock
from certification import corrections, numbers
from certification.facts import SanctionKind
from certification.models import CertificateDocument, Sanction
from registry import sentences, views
from registry.facts import Kind
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory
from tests.queries import statements

pytestmark = pytest.mark.django_db


def days(count):
    return clock.today() + timedelta(days=count)


def certificate(first=-365, last=364, **fields):
    return CertificateFactory(term__first_day=days(first), term__last_day=days(last), **fields)


def words(response):
    return " ".join(response.content.decode().split())


def test_the_four_standings_are_told_apart_with_their_dates(client):
    active, lapsed, suspended, revoked = certificate(), certificate(-800, -70), certificate(), certificate()
    SanctionFactory(certificate=suspended, first_day=days(-9), last_day=days(9))
    SanctionFactory(certificate=revoked, first_day=days(-9), kind=SanctionKind.REVOCATION)

    expected = {
        active: f"active until {days(364):%B} {days(364).day}, {days(364).year}",
        lapsed: f"Lapsed since {days(-69):%B} {days(-69).day}, {days(-69).year}",
        suspended: f"Suspended since {days(-9):%B} {days(-9).day}, {days(-9).year}, until",
        revoked: f"Revoked since {days(-9):%B} {days(-9).day}, {days(-9).year}",
    }
    for subject, sentence in expected.items():
        response = client.get(f"/registry/{subject.number}/")
        assert response.status_code == 200
        assert sentence in words(response)


def test_a_name_keeps_its_language_and_direction(client):
    holder = UserFactory(full_name="سلمى الحدّاد", full_name__latin_name="Salma al-Haddad", full_name__language="ar")

    page = words(client.get(certificate(holder=holder).get_absolute_url()))

    assert '<span class="name" lang="ar" dir="auto">سلمى الحدّاد</span>' in page
    assert "Salma al-Haddad" in page


def test_a_name_cannot_write_into_the_page(client):
    page = words(client.get(certificate(holder=UserFactory(full_name='<script>"&')).get_absolute_url()))

    assert "<script>" not in page
    assert "&lt;script&gt;&quot;&amp;" in page


@pytest.mark.parametrize(
    ("path", "code", "sentence"),
    [
        ("DEMO-9999", 404, "We have never given this number"),
        ("TRC-2222223", 404, "One character of this number looks wrong"),
        ("A" * 3000, 404, "cannot be a number of ours"),
        ("DEMO%00", 404, "cannot be a number of ours"),
        ("%E2%80%AE0001", 404, "cannot be a number of ours"),
        ("DEMO-%D9%A1", 404, "cannot be a number of ours"),
        ("%25", 404, "cannot be a number of ours"),
        ("%ff%fe", 404, "cannot be a number of ours"),
    ],
)
def test_a_number_nobody_has_gets_a_page_that_says_so(client, path, code, sentence):
    response = client.get(f"/registry/{path}/")

    assert response.status_code == code
    assert sentence in words(response)


def test_a_number_in_small_letters_leads_to_its_address(client):
    subject = certificate(number="DEMO-0001")

    response = client.get("/registry/demo-0001/", {"as_of": days(-1).isoformat()})

    assert (response.status_code, response.url) == (302, f"{subject.get_absolute_url()}?as_of={days(-1)}")


def test_a_past_day_is_answered_as_that_day(client):
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=days(-10), last_day=days(-5))

    then, now = (words(client.get(subject.get_absolute_url(), query)) for query in ({"as_of": days(-7).isoformat()}, {}))

    assert "this certificate was suspended" in then
    assert "Active again since" in now
    assert client.get(subject.get_absolute_url(), {"as_of": ""}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2999-01-01", "in the future"),
        ("2026-02-30", "not a day"),
        ("yesterday", "not a day"),
        ("20260101", "not a day"),
        ("\x00", "not a day"),
        ("2026-W01-1", "not a day"),
        ("٢٠٢٦-٠١-٠١", "not a day"),
        ("0000-00-00", "not a day"),
        ("9" * 500, "not a day"),
    ],
)
def test_a_day_that_is_none_is_refused_in_words_and_comes_back(client, typed, sentence):
    for address in (f"/registry/{certificate().number}/", "/api/v1/registry/DEMO-0001"):
        response = client.get(address, {"as_of": typed})
        assert response.status_code == 400
        assert sentence in words(response)


def test_a_person_is_told_to_choose_and_a_program_how_to_write_a_day(client):
    page = words(client.get(f"/registry/{certificate().number}/", {"as_of": "May 3"}))
    detail = client.get("/api/v1/registry/DEMO-0001", {"as_of": "May 3"}).json()["detail"]

    assert "“May 3” is not a day of the calendar. Choose the day again." in page
    assert "2026-05-03" not in page
    assert detail == "This is not a day of the calendar. A day is written as year, month and day, such as 2026-05-03."


def test_the_first_day_of_the_calendar_is_a_day(client):
    assert "this certificate had not begun" in words(client.get(certificate().get_absolute_url(), {"as_of": "0001-01-01"}))


def test_nothing_hidden_changes_a_byte(client):
    subject = certificate()
    addresses = [subject.get_absolute_url(), f"/api/v1/registry/{subject.number}", f"/registry/?q={subject.holder.name.full_name}"]
    addresses += [f"{address}?as_of={days(-5)}" for address in addresses[:2]]

    def read():
        # The id of a request is drawn by chance and knows of nothing.
        return [(r.content, {name: told for name, told in r.headers.items() if name != "X-Request-ID"}) for r in map(client.get, addresses)]

    before = read()
    order = SanctionFactory(certificate=subject, first_day=days(-10), interim=True, public_note="While a review runs.")
    assert read() != before
    Sanction.objects.filter(pk=order.pk).update(voided_at=clock.now())
    SanctionFactory(certificate=subject, first_day=days(-10), last_day=days(-1), interim=True, public_note="It ran out.")
    SanctionFactory(certificate=subject, first_day=days(1), kind=SanctionKind.REVOCATION, public_note="It lies ahead.")

    assert read() == before


def test_a_reader_who_has_the_page_is_told_so_and_a_change_is_seen_at_once(client):
    subject = certificate()
    for address in (subject.get_absolute_url(), f"/api/v1/registry/{subject.number}"):
        first = client.get(address)
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert client.get(address, headers={"If-None-Match": 'W/"nonsense", *"'}).status_code == 200
        with clock.moved(timedelta(days=1)):
            assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
        SanctionFactory(certificate=subject, first_day=days(-1), last_day=days(5))
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
        Sanction.objects.filter(voided_at=None).update(voided_at=clock.now())


def test_a_page_is_never_kept_without_asking_nor_listed_by_search_engines(client):
    response = client.get(certificate().get_absolute_url())

    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert client.get("/registry/", {"q": "anna"}).headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("sanctions", [1, 3])
def test_a_page_and_an_api_answer_take_one_statement(client, sanctions):
    subject = certificate()
    for number in range(sanctions):
        SanctionFactory(certificate=subject, first_day=days(-number - 1))

    for address in (subject.get_absolute_url(), f"/api/v1/registry/{subject.number}"):
        with statements(1):
            client.get(address)


@pytest.mark.parametrize("people", [1, 3])
def test_a_search_takes_three_statements_for_one_and_for_three(client, people):
    for _ in range(people):
        certificate(holder=UserFactory(full_name="Robin Vale"))

    with statements(3):
        page = words(client.get("/registry/", {"q": "robin vale"}))
    assert page.count("badge--active") == people


def test_a_search_by_number_leads_straight_to_the_page(client):
    subject = certificate(number="DEMO-0001")

    assert client.get("/registry/", {"q": " demo 0001"}).url == subject.get_absolute_url()


def test_results_say_the_standing_in_words(client):
    subject = certificate(holder=UserFactory(full_name="Robin Vale"))
    SanctionFactory(certificate=subject, first_day=days(-9), kind=SanctionKind.REVOCATION)

    page = words(client.get("/registry/", {"q": "robin"}))
    assert "Revoked since" in page
    assert '<span class="badge badge--revoked">Revoked</span>' in page


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("ab", "at least three letters"),
        ("nobody", "Nobody found"),
        ("<b>&", "at least three letters"),
        ("x" * 4000, "Nobody found"),
        ("\x00\u202e\x07", "at least three letters"),
        ("%%%___", "at least three letters"),
    ],
)
def test_a_search_without_a_result_says_what_to_do(client, q, sentence):
    response = client.get("/registry/", {"q": q})

    assert response.status_code == 200
    assert sentence in words(response)
    assert "<b>" not in words(response)


@pytest.mark.parametrize(
    ("q", "sentence"), [("trc 2222223", "One character of this number looks wrong"), ("DEMO-9999", "We have never given this number")]
)
def test_a_number_typed_into_the_search_is_answered_as_a_number(client, q, sentence):
    response = client.get("/registry/", {"q": q}, follow=True)

    assert response.status_code == 404
    assert sentence in words(response)


def test_a_number_and_a_paper_whose_term_was_taken_back_are_ours_and_name_nobody(client):
    subject = certificate(holder__full_name="Mira Okonkwo")
    document = CertificateDocument.objects.create(term=subject.terms.get(), facts={})
    corrections.void_term(subject.terms.get(), reason="Granted in error", by=StaffFactory())

    page, paper = client.get(f"/registry/{subject.number}/"), client.get(document.get_absolute_url())
    typed = client.get("/registry/", {"q": document.verify_code}, follow=True)

    for answer in (page, paper, typed, client.get(f"/registry/{subject.number}/", {"as_of": days(-3).isoformat()})):
        assert answer.status_code == 200
        assert "No certificate is in force under this number: it was withdrawn." in words(answer)
        assert "Okonkwo" not in words(answer)
        assert "does not come from us" not in words(answer)
    assert "The document with this code is no longer in use" in words(paper)
    assert words(typed) == words(paper)


def test_a_number_and_a_paper_that_begin_later_are_ours_and_tell_neither_name_nor_day(client):
    subject = certificate(5, 734, holder__full_name="Mira Okonkwo")
    document = CertificateDocument.objects.create(term=subject.terms.get(), facts={})

    page, paper = client.get(f"/registry/{subject.number}/"), client.get(document.get_absolute_url())

    for answer in (page, paper):
        assert answer.status_code == 200
        assert "A certificate with this number is on record and has not begun." in words(answer)
        assert "Okonkwo" not in words(answer)
        assert sentences.day(days(5)) not in words(answer)
    assert "It is not valid yet." in words(paper)


def test_a_number_without_its_hyphen_leads_on_to_the_number(client):
    number = certificate(number="TRC-7K4M9RJ").number

    assert f'<a href="/registry/{number}/">{number}</a>' in words(client.get("/registry/", {"q": number.replace("-", "")}, follow=True))


def test_nobody_is_sent_to_question_a_coach_whose_certificate_was_revoked(client):
    subject = certificate()
    assert "Questions you may ask the coach" in words(client.get(subject.get_absolute_url()))

    SanctionFactory(certificate=subject, first_day=days(-9), kind=SanctionKind.REVOCATION)
    assert "Questions you may ask the coach" not in words(client.get(subject.get_absolute_url()))


def test_the_number_given_as_an_example_has_no_slip():
    assert "TRC-7K4M9RJ" in sentences.MEANINGS[Kind.MALFORMED]
    assert not numbers.has_slip("TRC-7K4M9RJ")


def test_more_than_twenty_results_are_said(client):
    for number in range(21):
        certificate(holder=UserFactory(full_name=f"Robin Vale {number}"))

    assert "The first 20 people" in words(client.get("/registry/", {"q": "robin"}))


def test_a_code_leads_to_the_page_and_tells_a_replaced_document(client):
    term = certificate().terms.get()
    old = CertificateDocument.objects.create(term=term, facts={}, replaced_at=clock.now())
    new = CertificateDocument.objects.create(term=term, facts={})

    assert "We made the document with this code" in words(client.get(new.get_absolute_url()))
    assert "no longer in use" in words(client.get(old.get_absolute_url()))
    assert client.get("/v/ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-A/").status_code == 404
    assert client.get("/v/x/").status_code == 404


def test_a_page_is_read_and_never_written_to(client):
    subject = certificate()

    assert client.post(subject.get_absolute_url()).status_code == 405
    assert client.head(subject.get_absolute_url()).status_code == 200


def test_open_graph_says_who_and_never_a_standing_that_will_age(client):
    page = words(client.get(certificate(holder=UserFactory(full_name="Robin Vale")).get_absolute_url()))

    assert '<meta property="og:title" content="Robin Vale, certificate' in page
    assert "active" not in page.split("</head>")[0]


def test_the_page_about_a_day_gone_by_answers_about_it_and_says_in_the_same_place_what_is_true_today(client):
    """A link to it can be shown around: nobody takes the word of that day for the one of today."""
    subject = certificate()
    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day=clock.today() - timedelta(days=9))
    then = clock.today() - timedelta(days=30)

    page = words(client.get(subject.get_absolute_url(), {"as_of": then.isoformat()}))

    verdict = page.partition('class="card verdict"')[2].partition("</section>")[0]
    assert verdict.index(">Active then</span>") < verdict.index("this certificate was active") < verdict.index(">Revoked</span>")
    assert "Granted until" not in page
    assert "badge--active" not in page
    assert "verdict--active" not in page
    assert "This is about that day alone. Today," in page
    assert "the certificate is revoked." in page


@pytest.mark.parametrize(
    ("note", "times"), [("Began a romantic relationship with a client.", 1), ("Kept notes where others could read.", 0)]
)
def test_a_public_note_that_speaks_of_harm_says_whom_to_call(client, note, times):
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=clock.today() - timedelta(days=9), public_note=note)

    assert words(client.get(subject.get_absolute_url())).count("please call your local emergency number") == times


def test_a_search_too_short_marks_the_field_and_says_what_to_type(client):
    page = words(client.get("/registry/", {"q": "ab"}))

    assert 'aria-invalid="true" aria-describedby="q-error q-hint"' in page
    assert "Nothing was searched yet. Type at least three letters of the name, or the whole number." in page
    assert '<a href="#q">' in page


def test_whoever_reads_of_a_revocation_is_given_somebody_to_write_to(client):
    subject = certificate()
    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day=clock.today() - timedelta(days=9))

    page = words(client.get(subject.get_absolute_url()))

    verdict = page.partition('class="card verdict')[2].partition("</section>")[0]
    assert "you need not carry that alone" in verdict
    assert 'href="mailto:office@example.org"' in verdict
    assert ('href="/complaints/"' in verdict) is bool(views.complaints())


def test_a_suspended_coach_is_not_asked_when_they_will_be_certified_again(client):
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=clock.today() - timedelta(days=9), last_day=None)

    page = words(client.get(subject.get_absolute_url()))

    assert "Questions you may ask the coach" in page
    assert "Do you plan to be certified again" not in page


def test_what_was_typed_and_is_no_number_comes_back_in_the_field(client):
    page = words(client.get("/registry/§§/"))

    assert "You typed <q" in page
    assert 'value="§§"' in page
