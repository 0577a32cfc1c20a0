"""The test database is the migrated one."""

import pytest
from wagtail.models import Site


@pytest.mark.django_db
def test_the_migrations_have_run():
    assert Site.objects.count() == 1
