"""The association's texts as data: three texts, and clauses that keep their ids for ever."""

from django.db import models
from wagtail.search import index

from cms.facts import SECTIONS, Kind, Section

ADDRESSES = {"principles": "/principles/", "code": "/code/", "therapy": "/therapy-or-coaching/"}


class Text(models.Model):
    """One of the three texts: principles, code, therapy."""

    slug = models.SlugField(primary_key=True, max_length=20)
    title = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return ADDRESSES[self.slug]


class Clause(index.Indexed, models.Model):
    """A piece of a text under an id that never changes and is never used again (domain.md, section 1)."""

    id = models.CharField(primary_key=True, max_length=10)
    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="clauses")
    section = models.CharField(max_length=24, choices=[(slug, section.title) for slug, section in SECTIONS.items()])
    title = models.CharField(max_length=120)
    short = models.CharField("in one line", max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.STATEMENT)
    critical = models.BooleanField(default=False, help_text="An error in the final quiz has to be put right before the course counts.")
    position = models.PositiveSmallIntegerField(editable=False)
    cites = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        editable=False,
        help_text="The clause that this teaching claim rests on; empty where the clause has a wording of its own.",
    )
    claim = models.TextField("what is taught", blank=True, help_text="The words of a teaching claim.")

    search_fields = [
        index.SearchField("id"),
        index.SearchField("title"),
        index.AutocompleteField("id"),
        index.AutocompleteField("title"),
        index.FilterField("text_id"),
    ]

    class Meta:
        ordering = ["text_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["text", "position"], name="one_clause_a_place"),
            models.CheckConstraint(
                condition=models.Q(cites=None, claim="") | (models.Q(cites__isnull=False) & ~models.Q(claim="")),
                name="a_teaching_claim_cites_a_clause_and_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.title}"

    def get_absolute_url(self) -> str:
        """The permalink of a clause of the Code; of the other texts, the place on their page."""
        if self.text_id != "code":
            return f"{ADDRESSES[self.text_id]}#{self.anchor}"
        if self.cites_id:
            return f"/code/{self.cites_id.lower()}/#{self.anchor}"
        return f"/code/{self.anchor}/"

    @property
    def anchor(self) -> str:
        """The id as it stands in addresses: ps-07, ce-00-1."""
        return self.id.lower().replace(".", "-")

    @property
    def part(self) -> Section:
        return SECTIONS[self.section]
