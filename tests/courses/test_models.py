"""What the database itself refuses."""

from fractions import Fraction

import pytest

from courses.models.fields import PointsField, check_clauses, read_clauses


def test_points_are_kept_exactly():
    field = PointsField()

    assert field.from_db_value(field.get_prep_value(Fraction(31, 2))) == Fraction(31, 2)


def test_clause_ids_keep_their_order():
    assert read_clauses("SC-03, CF-01") == ["SC-03", "CF-01"]


def test_what_is_no_clause_id_is_named():
    with pytest.raises(Exception, match="nonsense"):
        check_clauses("SC-03, nonsense")
