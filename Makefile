# Each target sets up what it needs and says what it does. `make` alone lists them.

VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
UV := $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: $(VENV)/run.done  ## Set up and serve the demo shop, the chat and the console
	@$(BIN)/candor demo

test: $(VENV)/dev.done  ## Set up and run every test (the browser journey needs Chromium)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/dev.done  ## Lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.done  ## Measure start-up, first words, memory, reading and search; prints what docs/measurements.md quotes
	@$(BIN)/python -m evals.bench
	@$(BIN)/python -m evals.bench_signals
	@$(BIN)/python -m evals.help_search

format: $(VENV)/dev.done  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(UV)  ## Resolve the dependencies anew
	$(UV) pip compile -q --universal --upgrade pyproject.toml --extra dev --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock
	$(UV) pip compile -q --universal pyproject.toml --no-emit-index-url --no-annotate --no-header -c requirements-dev.lock -o requirements.lock

clean:  ## Remove the environment and the demo's data
	rm -rf $(VENV) var

# uv installs in seconds what takes pip minutes.
$(UV):
	@echo "Setting up $(VENV) (Python 3.11 or newer) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Candor needs Python 3.11 or newer; name one with: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

# The stamp files make a second call instant; a changed lock installs again.
$(VENV)/run.done: $(UV) requirements.lock pyproject.toml
	@echo "Installing Candor …"
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/dev.done: $(UV) requirements-dev.lock pyproject.toml
	@echo "Installing Candor with what its tests need …"
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/run.done
