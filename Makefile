# Two commands do everything on a fresh machine with Python 3.11 and make: `make run` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

.PHONY: help setup browser run test lint bench clean

help: ## Show the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed ## Make the virtual environment and install the pinned requirements

.venv/.installed: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not on PATH; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

browser: setup ## Make sure that the browser tests have a Chromium
	$(BIN)/python -m tests.journeys.chromium

run: setup ## Serve the dashboard and the API at http://127.0.0.1:8501 (PORT)
	$(BIN)/python -m serve

test: setup browser ## Run all tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

ORDERS ?= 2000000
bench: setup ## Measure speed against baselines in the same run (ORDERS=2000000); see docs/benchmarks.md
	$(BIN)/python -m tests.bench --orders $(ORDERS) 2>/dev/null
	$(BIN)/python -m tests.bench.deciding 2>/dev/null

lint: setup ## Style, types and the one-way imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean: ## Remove the environment, caches and data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results var
