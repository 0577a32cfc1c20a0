SHELL := /bin/bash
PY := .venv/bin/python

.PHONY: help check test quick
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /  /'

.venv/dev: requirements-dev.lock
	@test -x .venv/bin/python || python3 -m venv .venv
	@.venv/bin/python -m pip install -q --disable-pip-version-check uv
	@.venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes requirements-dev.lock
	@.venv/bin/python -m ensurepip -q 2>/dev/null; .venv/bin/python -m pip install -q --disable-pip-version-check uv; touch .venv/dev

check: .venv/dev  ## lint, format, types, import contracts, migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy .
	.venv/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run

quick: .venv/dev  ## unit and architecture tests on SQLite
	$(PY) -m pytest -q -m "not browser and not postgres and not faults and not machine and not bench"

test: .venv/dev  ## the whole suite
	$(PY) -m pytest -q -m "not bench"
