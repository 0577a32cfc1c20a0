"""Lines that somebody in danger can call. Whoever reads one relies on it, so each says where it was read and when that was checked."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from audit import clock
from cms import rules
from cms.facts import CrisisKind

PHONE = RegexValidator(r"^\+?[0-9][0-9 -]{1,30}$", "Digits, blanks and hyphens, such as 1-800-555-0100 or +44 20 7946 0000.")


class CrisisLineQuerySet(models.QuerySet["CrisisLine"]):
    def to_check(self, *, on: date) -> CrisisLineQuerySet:
        """Those that nobody looked at for longer than `rules.CHECKED_FOR`."""
        return self.filter(models.Q(checked_on=None) | models.Q(checked_on__lt=rules.checked_since(on)))


class CrisisLine(models.Model):
    """A number, a page or both, for one country. The association's staff keep it; it shows once a check is on record."""

    country = models.CharField(max_length=60, help_text="In words, as people there call it: United States.")
    kind = models.CharField("for", max_length=10, choices=CrisisKind)
    name = models.CharField(max_length=100, help_text="What the line calls itself.")
    phone = models.CharField(max_length=32, blank=True, validators=[PHONE], help_text="As it is dialed in that country.")
    link = models.URLField(blank=True, max_length=300, help_text="A page with https, where people chat or find a number.")
    languages = models.CharField(max_length=120, help_text="English, Spanish; others by interpreters.")
    hours = models.CharField(max_length=120, help_text="Every day, all day; or the hours, with the time zone.")
    source = models.URLField(max_length=300, help_text="The page on which the number and the hours were read.")
    checked_on = models.DateField(
        "last checked on", null=True, blank=True, help_text="The day on which somebody of the association compared it with the source."
    )

    objects = CrisisLineQuerySet.as_manager()

    class Meta:
        ordering = ["country", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["country", "kind", "name"], name="one_crisis_line_of_a_name_country_and_kind"),
            models.CheckConstraint(condition=~models.Q(phone="") | ~models.Q(link=""), name="a_crisis_line_can_be_reached"),
            models.CheckConstraint(condition=models.Q(kind__in=CrisisKind.values), name="a_crisis_line_is_of_a_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"

    def clean(self) -> None:
        """Raises ValidationError, a sentence a field, for what the database would refuse or nobody could rely on."""
        wrong: dict[str, str] = {}
        if not self.phone and not self.link:
            wrong["phone"] = "A line needs a number or a page."
        for name in ("link", "source"):
            if getattr(self, name) and not getattr(self, name).startswith("https://"):
                wrong[name] = "An address with https:// is needed here."
        if self.checked_on and self.checked_on > clock.today():
            wrong["checked_on"] = "This day lies ahead. Choose the day of the last check."
        if wrong:
            raise ValidationError(wrong)

    @property
    def dialed(self) -> str:
        """The number as a link calls it."""
        return self.phone.replace(" ", "").replace("-", "")
