"""Wagtail's admin writes no inline script: what a browser would refuse is not there in the first place (docs/decisions/0081)."""

import json
import re

import pytest
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminPageChooser, AdminTimeInput, BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.models import Site

from accounts.models import User

pytestmark = pytest.mark.django_db

TAG = re.compile(r"<script\b([^>]*)>")
OPTIONS = re.compile(r'data-office-begin-options-value="([^"]*)"')


def inline(html):
    return [tag for tag in TAG.findall(html) if "src=" not in tag and "application/json" not in tag]


def kinds_of(base):
    return {base}.union(*(kinds_of(kind) for kind in base.__subclasses__()))


@pytest.mark.parametrize(
    ("widget", "name"),
    [
        (AdminDateInput, "initDateChooser"),
        (AdminTimeInput, "initTimeChooser"),
        (AdminDateTimeInput, "initDateTimeChooser"),
        (AdminPageChooser, "PageChooser"),
        (AdminTaskChooser, "createTaskChooser"),
    ],
)
def test_a_field_names_what_starts_it_and_brings_no_script(widget, name):
    html = widget().render("day", None, {"id": "id_rows-__prefix__-day"})

    assert not TAG.search(html)
    assert f'data-office-begin-name-value="{name}" data-office-begin-id-value="id_rows-__prefix__-day"' in html


def test_options_arrive_as_they_were(settings):
    widget = AdminPageChooser(linked_fields={"from": "a \"quoted\" 'field' </script> & more"})

    (told,) = OPTIONS.findall(widget.render("page", None, {"id": "x"}))

    assert json.loads(json.loads(f'"{told}"')) == widget.base_js_init_options


def test_no_chooser_starts_in_a_way_of_its_own():
    """One that does would be rendered wrongly: look at config/office.py then."""
    own = {kind.__name__ for kind in kinds_of(BaseChooser) if "render_js_init" in vars(kind)}

    assert own == {"BaseChooser", "AdminTaskChooser"}


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/pages/{page}/edit/",
        "/admin/workflows/add/",
        "/admin/redirects/add/",
        "/admin/reports/site-history/",
        "/admin/users/",
    ],
)
def test_a_screen_of_the_admin_holds_no_inline_script(client, address):
    client.force_login(User.objects.create_superuser("administrator@example.org"))

    answer = client.get(address.format(page=Site.objects.get().root_page_id))

    assert answer.status_code == 200
    assert inline(answer.content.decode()) == []


def test_the_policy_allows_no_inline_script_anywhere(client):
    client.force_login(User.objects.create_superuser("administrator@example.org"))
    for address in ("/admin/", "/accounts/login/", "/admin/pages/", "/no/such/page/"):
        (scripts,) = [part for part in client.get(address).headers["Content-Security-Policy"].split("; ") if part.startswith("script-src")]
        assert scripts == "script-src 'self'"
