"""What the pages of the texts and the editors' screens ask of the database: as much for three changed clauses as for one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import Site

from audit import clock
from cms.models import Edition
from tests.factories import cms
from tests.factories.accounts import AdministratorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts"), pytest.mark.parametrize("more", [1, 3])]


@pytest.fixture
def edition(more):
    """A second edition in force with as many new clauses, and a draft of a third."""
    Site.clear_site_root_paths_cache()
    clauses = [cms.clause(13 + number).pk for number in range(more)]
    edition = cms.published("second", on=clock.today() - timedelta(days=5), changes=dict.fromkeys(clauses, "One more duty."))
    cms.draft("third", changes=dict.fromkeys(clauses, "Said anew."))
    return edition


PAGES = {
    "/therapy-or-coaching/": 9,
    "/privacy/": 6,
    "/accessibility/": 6,
    "/code/editions/demo-1/": 9,
    "/code/ps-13/": 12,
    "/no/such/page/": 4,
}


@pytest.mark.parametrize(("address", "number"), PAGES.items())
def test_a_page_of_the_texts_asks_the_same_for_more_clauses(client, edition, django_assert_num_queries, address, number, more):
    client.get(address)

    with django_assert_num_queries(number):
        client.get(address)


SCREENS = {"wagtailsnippets_cms_edition:list": 15, "wagtailsnippets_cms_clause:list": 12, "import_edition": 9}


@pytest.mark.parametrize(("screen", "number"), SCREENS.items())
def test_an_editors_list_asks_the_same_for_more_clauses(client, edition, django_assert_num_queries, screen, number, more):
    client.force_login(AdministratorFactory())
    client.get(reverse(screen))

    with django_assert_num_queries(number):
        assert client.get(reverse(screen)).status_code == 200


@pytest.mark.parametrize(("name", "number"), {"second": 15, "third": 21}.items())
def test_the_difference_of_an_edition_asks_the_same_for_more_clauses(client, edition, django_assert_num_queries, name, number, more):
    client.force_login(AdministratorFactory())
    address = reverse("edition_difference", args=[Edition.objects.get(name=name).pk])
    client.get(address)

    with django_assert_num_queries(number):
        assert client.get(address).status_code == 200
