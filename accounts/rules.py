"""Who may not act: nobody decides about themselves. Ids in, an answer out."""

SOMEBODY_ELSE = (
    "This is about yourself, and nobody decides about themselves. Ask somebody else who works in the office, or an administrator, to do it."
)


def has_conflict(*, by: int | None, about: int | None) -> bool:
    """Whether an act of the office is about the person who carries it out, by their ids.

    `by` None is the system, `about` None a person who has no account yet: neither has an interest of its own.
    """
    return by is not None and by == about
