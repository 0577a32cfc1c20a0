"""A process answers what its surface serves, and can write a link to everything."""

import sys
from types import ModuleType

import pytest
from django.test import override_settings
from django.urls import clear_url_caches, re_path, resolve, reverse

from config import surfaces, urls, views
from config.surfaces import Surface

OF_CASES = ["/complaints/", "/complaints/new/", "/casework/", "/casework/C-7K4M9RJ/take/"]
OF_BOTH = ["/accounts/login/", "/my/", "/staff/", "/healthz", "/readyz"]
OF_THE_PUBLIC = ["/", "/registry/", "/v/ABC/", "/api/v1/registry/TRC-0001", "/admin/", "/learn/", "/documents/1/a.pdf"]
PLACEHOLDERS = [re_path(rf"^{start}/(.*)$", views.healthz, name=f"{start}-of-a-test") for start in surfaces.SEALED]


@pytest.fixture
def serving():
    """Use the addresses as a process with this surface has them, and those of complaints as if they were all there."""
    name = "tests.config.of_a_surface"

    def serve(surface):
        module = ModuleType(name)
        own = [re_path(one, views.nothing_here) for one in surfaces.elsewhere(surface)]
        module.urlpatterns = [*own, *PLACEHOLDERS, *urls.urlpatterns]
        sys.modules[name] = module
        clear_url_caches()
        return override_settings(ROOT_URLCONF=name, SURFACE=surface)

    yield serve
    sys.modules.pop(name, None)
    clear_url_caches()


def is_there(address):
    return resolve(address).func is not views.nothing_here


@pytest.mark.parametrize(
    ("surface", "there", "not_there"),
    [
        (Surface.ALL, OF_BOTH + OF_THE_PUBLIC + OF_CASES, []),
        (Surface.PUBLIC, OF_BOTH + OF_THE_PUBLIC, OF_CASES),
        (Surface.SEALED, OF_BOTH + OF_CASES, OF_THE_PUBLIC),
    ],
)
def test_each_surface_serves_its_own_addresses(serving, surface, there, not_there):
    with serving(surface):
        assert [address for address in there if not is_there(address)] == []
        assert [address for address in not_there if is_there(address)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("surface", "address"), [(Surface.PUBLIC, "/complaints/new/"), (Surface.SEALED, "/registry/")])
def test_what_another_surface_serves_is_answered_as_nothing_here(serving, client, surface, address):
    with serving(surface):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("surface", list(Surface))
def test_every_surface_can_write_a_link_to_every_address(serving, surface):
    with serving(surface):
        assert reverse("casework-of-a-test", args=["x"]) == "/casework/x"
        assert reverse("registry") == "/registry/"


def test_only_the_public_surface_holds_no_keys_of_cases():
    assert [surface for surface in Surface if not surface.holds_case_keys] == [Surface.PUBLIC]


def test_names_that_only_begin_alike_belong_to_nobody_else(serving):
    with serving(Surface.PUBLIC):
        assert is_there("/complaints-procedure/")
