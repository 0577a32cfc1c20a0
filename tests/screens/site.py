"""A demonstration of its own: a temporary folder, filled like `make demo`, served from this process."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import yaml
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread

from audit import clock

OTHERS = {"admin": "admin@example.org", "newcomer": "newcomer@example.org"}
READY = "P-16"  # read everything and passed every check: may begin the final quiz


@contextmanager
def running() -> Iterator[str]:
    """Serve the demonstration while the block runs; answers its address."""
    with tempfile.TemporaryDirectory(prefix="screens-") as folder, override_settings(**_places(Path(folder))):
        _fill()
        server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.terminate()
            server.join()


def cookie_of(who: str) -> str:
    """A session of a person of the demonstration, of the administrator or of a newcomer, as screens.yaml names them."""
    from accounts import factors
    from accounts.models import User
    from tests.logins import Client

    name, _, ago = who.partition(" ")
    client = Client()
    client.force_login(User.objects.get(email=OTHERS.get(name) or _addresses()[name]), factor=name != "newcomer")
    if ago:
        client.keep(**{factors.GIVEN: (clock.real() - timedelta(hours=1)).isoformat()})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def address(url: str) -> str:
    """A path of screens.yaml with its {code NUMBER} and {day OFFSET} filled in."""
    url = re.sub(r"\{code ([^}]+)\}", lambda found: _code_of(found[1]), url)
    return re.sub(r"\{day (-?\d+)\}", lambda found: (clock.today() + timedelta(days=int(found[1]))).isoformat(), url)


def _code_of(number: str) -> str:
    from certification.models import Certificate, CertificateDocument

    document = CertificateDocument.objects.filter(term__certificate__number=number).last()
    return document.verify_code if document else Certificate.objects.get(number=number).verify_code


def _places(folder: Path) -> dict:
    for name in ("media", "documents", "keys", "static"):
        (folder / name).mkdir()
    return {
        "VAR_DIR": folder,
        "MEDIA_ROOT": folder / "media",
        "STATIC_ROOT": folder / "static",
        "DEMO_CLOCK_FILE": folder / "demo_clock",
        "ALLOWED_HOSTS": ["127.0.0.1", "testserver"],
    }


def _fill() -> None:
    """As `make demo` does; people without the command that gives them histories get an account at least."""
    from accounts.models import Name, User
    from demo import histories

    call_command("prepare_demo")
    for who, address in _addresses().items():
        user, new = User.objects.get_or_create(email=address)
        if new:
            Name.objects.create(user=user, full_name=_people()[who]["name"])
    User.objects.create_superuser(OTHERS["admin"])
    Name.objects.create(user=User.objects.create_user(OTHERS["newcomer"]), full_name="Maren Ölmez")
    histories.Review(User.objects.get(email=_addresses()[READY])).read()


def _people() -> dict[str, dict]:
    people = yaml.safe_load((settings.BASE_DIR / "demo/people.yaml").read_text())["people"]
    return {person["id"]: person for person in people}


def _addresses() -> dict[str, str]:
    return {who: person["email"].lower() for who, person in _people().items()}


def choose_database(folder: str) -> None:
    """Before Django is set up: a database in a place of its own, and the settings of the tests."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/screens.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread
