# For people: `make help`. GNU Make 3.81 and any POSIX shell read this file; the work is done by bin/*.py.
# A recipe replaces its shell (exec) and names make as the parent ($$PPID): when make is gone, so is everything it started.

SHELL := /bin/sh
PY := .venv/bin/python
DEVELOPMENT := python=$$(bin/find-python) && "$$python" bin/environment.py development

.PHONY: help demo test quick check check-holes screens bench
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/'

demo:  ## the site with its people, worker and scheduler on http://127.0.0.1:8000 (PORT=…, FRESH=1)
	@python=$$(bin/find-python) && exec "$$python" bin/run_demo.py $$PPID

test:  ## the whole suite, on SQLite and on PostgreSQL with Redis, with browser, faults and machine
	@$(DEVELOPMENT) && exec $(PY) bin/run_suite.py $$PPID

quick:  ## unit and architecture tests on SQLite, on every core
	@$(DEVELOPMENT) && exec $(PY) -m pytest -q -n auto --maxprocesses 8 --dist loadfile -m "not browser and not postgres and not faults and not machine and not bench and not long"

check:  ## lint, format, types, import contracts, migrations, production settings, known holes
	@$(DEVELOPMENT) && exec $(PY) bin/run_checks.py

check-holes:  ## plants holes in a copy, one by one, and demands that a test turns red for each
	@$(DEVELOPMENT) && exec $(PY) bin/check_holes.py

screens:  ## photographs of every screen, under var/screens/
	@$(DEVELOPMENT) && { test -e tests/screens.py || test -e tests/screens/__main__.py || { echo "There are no photographs yet (tests/screens)." >&2; exit 1; }; } && exec $(PY) -m tests.screens

bench:  ## the measurements, as ratios, into var/bench.json
	@$(DEVELOPMENT) && { test -e tests/bench/__main__.py || { echo "There are no measurements yet (tests/bench)." >&2; exit 1; }; } && exec $(PY) -m tests.bench
