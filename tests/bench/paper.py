"""python -m tests.bench.paper: a certificate against bare WeasyPrint of the same HTML and style sheet; CPU milliseconds, as JSON."""

import json
import statistics
import sys
import time
from collections.abc import Callable

import django

EACH = 5


def milliseconds(make: Callable[[], bytes]) -> float:
    taken = []
    for _ in range(EACH):
        start = time.process_time()
        make()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def main(repetitions: int) -> list[dict[str, float]]:
    from certification import documents, numbers
    from certification.models import Term
    from certification.pdf import certificate, press

    facts = documents.facts_of(Term.objects.filter(certificate__number="SYN-0000001").latest("first_day"), code=numbers.make_code())
    with press.at_work() as machine:
        html = certificate.page(machine, facts)

    def bare() -> bytes:
        page = machine.weasyprint.HTML(string=html, url_fetcher=machine.fetcher)
        return page.write_pdf(stylesheets=[machine.style], font_config=machine.fonts)

    documents.render(facts), bare()  # warm up
    return [{"floor": milliseconds(bare), "certificate": milliseconds(lambda: documents.render(facts))} for _ in range(repetitions)]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]))))
