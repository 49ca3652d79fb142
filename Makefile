# Two commands do everything on a fresh machine with Python 3.11 and make: `make run` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# test suites, C++ headers, source maps and notebook extensions of packages, 70 MB
NEVER_RUN := pandas/tests numpy/*/tests pyarrow/tests pyarrow/include pydeck/nbextension plotly/labextension\
  swagger_ui_bundle/vendor/*/*.map
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := # bytecode is kept: a start that compiles takes three times as long

.PHONY: help setup setup-tests browser run test test-long lint bench clean

help: ## Show the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.run ## Make the virtual environment with what the product runs with (requirements.txt)

setup-tests: .venv/.tests ## Add what tests and checks need (tests/requirements.txt)

# each stamp is as new as the requirements that were installed, so that `make run` after `make test` installs nothing
.venv/.run: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not on PATH; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) --no-compile -r requirements.txt
	rm -rf $(addprefix .venv/lib/python3*/site-packages/,$(NEVER_RUN))
	$(BIN)/python -c "import serve"  # compiles what is used, a third of what there is
	@touch $@

.venv/.tests: .venv/.run tests/requirements.txt
	$(PIP) -r requirements.txt -r tests/requirements.txt
	@touch $@

browser: setup-tests ## Make sure that the browser tests have a Chromium
	$(BIN)/python -m tests.journeys.chromium

run: setup ## Serve the dashboard and the API at http://127.0.0.1:8501 (PORT)
	$(BIN)/python -m serve

test: setup-tests browser ## Run the tests, all but the long ones
	$(BIN)/python -m pytest -n auto

test-long: setup-tests browser ## Run the long tests: histories, kill -9, soak, reverse proxies
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto -m "long or hypothesis" --timeout 3600

ORDERS ?= 2000000
bench: setup-tests browser ## Measure speed against baselines in the same run (ORDERS=2000000); see docs/benchmarks.md
	$(BIN)/python -m tests.bench --orders $(ORDERS) 2>/dev/null
	$(BIN)/python -m tests.bench.redrawing 2>/dev/null
	$(BIN)/python -m tests.bench.deciding 2>/dev/null

lint: setup-tests ## Style, types and the one-way imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean: ## Remove the environment, caches and data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results var
