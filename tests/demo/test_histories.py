"""The demonstration shows every standing, and its past was played, not inserted."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts import invariants
from accounts.facts import SiteRole
from accounts.models import Roles, User
from audit import clock
from audit.invariants import broken
from audit.models import Entry
from certification import reminders
from certification.facts import in_words
from certification.models import Certificate
from complaints import conflicts, pool, staffing
from complaints.facts import CaseRole
from complaints.models import Appointment, Interest
from courses.models import Attempt, LessonMark
from demo import cast
from outbox import delivery, queue
from outbox.models import OutboxMessage

STANDINGS = {
    "DEMO-0001": "active",
    "DEMO-0002": "active",
    "DEMO-0003": "active",
    "DEMO-0004": "lapsed",
    "DEMO-0005": "lapsed",
    "DEMO-0006": "suspended",
    "DEMO-0007": "revoked",
    "DEMO-0008": "active",
    "DEMO-0009": "active",
}


@pytest.fixture
def filled(db):
    for command in ("load_texts", "load_courses", "demo_people"):
        call_command(command, verbosity=0)


@pytest.mark.long
def test_every_coach_stands_as_the_cast_says_and_the_past_left_its_trace(filled, capsys):
    today = clock.today()
    shown = dict(Certificate.objects.with_standing(on=today).values_list("number", "standing"))

    assert shown == STANDINGS
    assert User.objects.count() == 31
    assert Certificate.objects.get(number="DEMO-0002").terms.get().last_day - today in (timedelta(days=89), timedelta(days=90))
    assert LessonMark.objects.filter(enrollment__person__email="baotran.nguyen@example.org").count() == 7
    missed = Attempt.objects.filter(enrollment__person__email="juergen.kaessmann@example.org", outcome="not_yet")
    assert [attempt.points for attempt in missed.order_by("number")] == [15, 15, 15]
    assert Entry.objects.filter(action="certification.term_granted").count() == 12
    assert not Entry.objects.filter(seal=None).exists()

    held = {row.person.email: row.offices.roles for row in Roles.objects.select_related("person") if row.offices.roles}
    assert held == {
        "anna.shcherbakova@example.org": {SiteRole.STAFF},
        "bekele.tadesse@example.org": {SiteRole.AUDITOR},
        "oskar.lindgren@example.org": {SiteRole.SITE_ADMINISTRATOR, SiteRole.AUTHOR},
        "noor.visser@example.org": {SiteRole.SITE_ADMINISTRATOR},
    }
    assert [*invariants.wagtail_follows(), *invariants.what_is_done_was_signed()] == []
    first = Certificate.objects.get(number="DEMO-0001")
    assert first.issued_on - today == timedelta(days=-1500)
    assert min(span.first_day for span in first.spans()) > first.issued_on

    call_command("demo_people")

    def sixth(day: int) -> str | None:
        return Certificate.objects.with_standing(on=today + timedelta(days=day)).get(number="DEMO-0006").standing

    assert [sixth(day) for day in (-26, -25, 8, 9, 64, 65)] == ["active", "suspended", "suspended", "suspended", "suspended", "lapsed"]
    assert "No change." in capsys.readouterr().out
    assert User.objects.count() == 31


@pytest.mark.long
def test_the_office_is_appointed_as_the_cast_says_and_could_staff_a_full_case(filled):
    today, everybody = clock.today(), cast.people().values()
    rows = Appointment.objects.in_force(on=today).select_related("person")
    found = {(row.person.email, row.role, row.lay, row.coach_elsewhere_body, row.pool_rank) for row in rows}

    assert found == {
        (
            one.email,
            role.value,
            one.lay,
            one.elsewhere["body"] if one.elsewhere and role is CaseRole.PANEL_MEMBER else "",
            one.pool_rank if role is CaseRole.PANEL_MEMBER else "",
        )
        for one in everybody
        for role in CaseRole
        if role in one.roles
    }
    assert {row.proposal.signatures.count() for row in rows.select_related("proposal")} == {2}
    assert Interest.objects.filter(voided_at=None).count() == sum(len(one.interests) for one in everybody)
    card = staffing.card(on=today)
    assert (card.cases, card.people, card.left) == (1, 20, 3)
    for day in (-500, -322, -167, -30, 0, 300):  # when the cases of the demonstration came in, and later
        on = today + timedelta(days=day)
        assert [one for one in pool.people(None, on=on) if not conflicts.has_declared(one.declared_on, on=on)] == []


@pytest.mark.long
def test_on_the_first_day_only_news_leaves_and_the_suspended_coach_reads_what_follows(filled, mailoutbox, client):
    """The worker and the schedule of a first start: documents are made, letters about terms of years ago came long ago."""
    reminders.remind(on=clock.today())
    assert OutboxMessage.objects.filter(kind="certification.deliver_certificate", done_at=None).count() == 21
    for message in OutboxMessage.objects.filter(kind="certification.deliver_certificate"):
        queue.put("certification.term_granted", message.subject_id, key=f"term:{message.subject_id}:mail")
    for pk in OutboxMessage.objects.filter(done_at=None).exclude(kind="certification.deliver_certificate").values_list("pk", flat=True):
        delivery.deliver(pk)

    assert sorted((letter.to[0], letter.subject.split(" ")[0]) for letter in mailoutbox) == [
        ("baotran.nguyen@example.org", "Reminder:"),
        ("bekele.tadesse@example.org", "Attest:"),
        ("ipek.isik@example.org", "Reminder:"),
        ("juergen.kaessmann@example.org", "Reminder:"),
    ]
    assert {message.kind for message in OutboxMessage.objects.filter(gave_up_at=None, done_at=None)} == {
        "certification.deliver_certificate"
    }
    assert list(broken()) == []

    today = clock.today()
    client.force_login(User.objects.get(email="aissatou.ndiaye@example.org"))
    page = client.get("/my/").content.decode()
    for day in (8, 9, 64):
        assert in_words(today + timedelta(days=day)) in page
    assert "From " + in_words(today + timedelta(days=9)) + " on the suspension that we decided holds" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("command", "words"), [("demo_people", "real days"), ("demo_clock", "real days")])
def test_where_days_are_real_there_is_no_demonstration(settings, command, words):
    settings.DEMO_CLOCK_FILE = None

    with pytest.raises(CommandError, match=words):
        call_command(command)

    assert not User.objects.exists()


@pytest.mark.django_db
def test_people_come_after_the_texts_and_courses():
    with pytest.raises(CommandError, match="load_texts and load_courses"):
        call_command("demo_people")


def test_the_cast_holds_nine_coaches_and_reserved_addresses():
    assert len(cast.coaches()) == 9
    assert {person.email.partition("@")[2] for person in cast.people().values()} == {"example.org"}
