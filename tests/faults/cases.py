"""Cases with a key and a paper each, made under the CASE_KEYS of the day, or read again: each has to open.

Usage: python -m tests.faults.cases fill COUNT
       python -m tests.faults.cases read
"""

import sys

import django

django.setup()

from complaints import crypto  # noqa: E402
from complaints.facts import PaperKind, Party  # noqa: E402
from complaints.models import Case, CaseKey, Paper  # noqa: E402
from tests.factories.complaints import STORY, CaseFactory  # noqa: E402


def fill(count: int) -> None:
    cases = Case.objects.bulk_create([CaseFactory.build() for _ in range(count)], batch_size=500)
    keys, told = [], []
    for case in cases:
        key = crypto.new_key()
        wrapped, version = crypto.wrap(key, case.uid)
        keys.append(CaseKey(case=case, wrapped=wrapped, version=version))
        paper = Paper(case=case, kind=PaperKind.NARRATIVE.value, party=Party.COMPLAINANT.value)
        paper.sealed = crypto.seal(key, STORY, place=paper.place(case.uid))
        told.append(paper)
    CaseKey.objects.bulk_create(keys, batch_size=500)
    Paper.objects.bulk_create(told, batch_size=500)


def read() -> None:
    for paper in Paper.objects.select_related("case__key").iterator(chunk_size=500):
        case, held = paper.case, paper.case.key
        key = crypto.unwrap(bytes(held.wrapped), case.uid, held.version)
        assert crypto.unseal(key, bytes(paper.sealed), place=paper.place(case.uid)) == STORY.encode(), f"paper {paper.pk} does not open"


if sys.argv[1] == "fill":
    fill(int(sys.argv[2]))
else:
    read()
