"""Wagtail remembers where the site's root is; each test plants its own."""

import pytest
from wagtail.models import Site

from tests.factories.indexes import unindexed


@pytest.fixture(autouse=True)
def forget_the_root():
    Site.clear_site_root_paths_cache()
    yield
    Site.clear_site_root_paths_cache()


@pytest.fixture
def no_indexes():
    """For tests that neither search nor ask where something is used: each wording of an edition would have its indexes written anew."""
    with unindexed():
        yield
