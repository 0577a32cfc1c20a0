"""Wagtail remembers where the site's root is; each test plants its own."""

import pytest
from wagtail.models import Site


@pytest.fixture(autouse=True)
def forget_the_root():
    Site.clear_site_root_paths_cache()
    yield
    Site.clear_site_root_paths_cache()
