"""manage.py load_courses: the shipped courses and questions, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Site

from audit import clock
from cms import code
from courses import importing


class Command(BaseCommand):
    help = "Brings in the shipped courses, lessons and questions. What exists is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            raise CommandError("There is no site to put the courses under. Run load_texts first. Nothing was stored.")
        with transaction.atomic():
            loaded = importing.load(site.root_page.specific, reviewed=code.edition_in_force(on=clock.today()))
        self.stdout.write(
            f"{loaded.pages} pages and {loaded.questions} questions brought in." if loaded.pages or loaded.questions else "No change."
        )
