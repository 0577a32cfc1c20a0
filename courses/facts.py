"""What everybody here knows by name."""

from enum import StrEnum

# The parts of a quiz that a blueprint draws from, with their titles for learners.
SECTIONS = {
    "scope": "Scope of practice",
    "confidentiality": "Confidentiality",
    "standards": "Practice standards",
    "code": "How the Code binds us",
    "boundary-with-therapy": "The border with therapy",
    "principles": "Guiding principles",
}


class Verdict(StrEnum):
    """What is said of one option once its question is answered: whether it was right, and whether it was chosen."""

    HIT = "hit"
    MISSED = "missed"
    WRONG = "wrong"
    LEFT = "left"

    @property
    def words(self) -> str:
        return VERDICTS[self]


VERDICTS = {
    Verdict.HIT: "Right, and you chose it",
    Verdict.MISSED: "Right, but you did not choose it",
    Verdict.WRONG: "Not right, but you chose it",
    Verdict.LEFT: "Not right, and you did not choose it",
}
