"""Numbers of cases: made by chance, so that a number tells neither how many there are nor when one came."""

from certification import numbers


def make() -> str:
    """A new number such as C-7K4M9RJ, with a check symbol (certification.numbers)."""
    return numbers.make("C")
