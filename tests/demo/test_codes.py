"""The demonstration's people have a second step that can be shown, and no other installation takes them."""

import importlib.util
import io
import stat

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts import factors
from accounts.models import AuthenticatorApp, User
from audit import clock
from config import demonstration
from demo import cast, codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    for person in list(cast.people().values())[:3]:
        User.objects.create_user(person.email, cast.PASSWORD)
    codes.give_apps()
    return [person.email for person in list(cast.people().values())[:3]]


def demo_code(email: str) -> str:
    said = io.StringIO()
    call_command("demo_code", email, stdout=said)
    return said.getvalue().strip()


@pytest.fixture(scope="module")
def run_demo():
    """bin/run_demo.py, which knows nothing of Django."""
    import sys

    folder = django_settings.BASE_DIR / "bin"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("run_demo", folder / "run_demo.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


def test_a_printed_code_lets_the_person_in_and_the_next_one_is_another(people):
    person = User.objects.get(email=people[0])
    first = demo_code(people[0].upper())
    assert factors.check(person, first, at=clock.real()).device is not None

    second = demo_code(people[0])

    assert second != first
    assert factors.check(person, second, at=clock.real()).device is not None


def test_secrets_are_made_by_chance_kept_for_the_owner_alone_and_stay(people, settings):
    before = (settings.VAR_DIR / codes.FILE).read_text()
    secrets = set(AuthenticatorApp.objects.values_list("secret", flat=True))
    assert len(secrets) == 3
    assert stat.S_IMODE((settings.VAR_DIR / codes.FILE).stat().st_mode) == 0o600

    codes.give_apps()

    assert (settings.VAR_DIR / codes.FILE).read_text() == before
    assert AuthenticatorApp.objects.count() == 3


def test_the_start_prints_for_each_person_a_code_that_counts(people, settings, run_demo, monkeypatch):
    monkeypatch.setattr(run_demo, "VAR", settings.VAR_DIR)
    lines = "Everybody's password is x\n" + "".join(f"  {email:<34}A story, told.\n" for email in people)

    said = run_demo.with_codes(lines)

    for email in people:
        (line,) = [line for line in said.splitlines() if email in line]
        assert line.endswith("A story, told.")
        assert factors.check(User.objects.get(email=email), line.split()[1], at=clock.real()).device is not None


def test_a_start_without_secrets_prints_the_people_as_they_are(settings, run_demo, monkeypatch, tmp_path):
    monkeypatch.setattr(run_demo, "VAR", tmp_path)

    assert run_demo.with_codes("  a@example.org   x\n") == "  a@example.org   x\n"


def test_nobody_else_gets_a_code(people):
    with pytest.raises(CommandError, match="Nobody in this demonstration"):
        demo_code("somebody@example.org")


def test_a_site_with_real_people_gives_no_codes(people, settings):
    settings.DEMO_CLOCK_FILE = None

    with pytest.raises(CommandError, match="People are real"):
        demo_code(people[0])


def test_production_refuses_a_database_that_holds_invented_people(people, settings):
    demonstration.refuse_demo_people()
    assert demonstration.check(databases=["default"]) == []

    settings.SERVES_THE_PUBLIC = True

    with pytest.raises(ImproperlyConfigured, match="holds people of the demonstration"):
        demonstration.refuse_demo_people()
    assert [error.id for error in demonstration.check(databases=["default"])] == ["config.E001"]
    assert demonstration.check(databases=None) == []


def test_production_takes_a_database_of_its_own_people(settings):
    User.objects.create_user("amara@association.example")
    settings.SERVES_THE_PUBLIC = True

    demonstration.refuse_demo_people()
