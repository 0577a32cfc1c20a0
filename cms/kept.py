"""What the texts and pages keep about a person: who of the association recorded an edition, and no more."""

from accounts import personal

personal.register(
    personal.Part(
        app="cms",
        title="Texts and pages",
        tells=frozenset(),
        leaves_out={"cms.Edition": "says who of the association recorded it; the text is the association’s"},
        tell=personal.nothing,
        forget=lambda person, forgetting: None,
    )
)
