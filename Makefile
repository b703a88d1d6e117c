# `make chat` and `make test` do everything on a fresh machine with python3 >= 3.11. uv is used when it is there.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
PORT ?= 7860

.DEFAULT_GOAL := help
.PHONY: help chat test slow faults soak check mutation hooks audit evals baseline bench screenshots lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 13

chat: $(VENV)/.ready  ## set up and open the web chat
	@$(BIN)/sayso ingest
	@$(BIN)/sayso serve --port $(PORT)

# A worker more than there are cores, for much of it waits.
PYTEST := $(BIN)/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal

test: $(VENV)/.ready-dev  ## set up and run the tests: two minutes
	@$(PYTEST) --ignore=tests/faults --ignore=tests/slow

slow: $(VENV)/.ready-dev  ## the slower tests: the page in a real browser and under load, whole eval runs
	@$(PYTEST) tests/slow

faults: $(VENV)/.ready-dev  ## the fault suite, with the network shut
	@PYTHON=$(BIN)/python sh tests/faults/run.sh

MINUTES ?= 60
soak: $(VENV)/.ready-dev  ## load, kills, races and damage for MINUTES=60
	@MINUTES=$(MINUTES) $(BIN)/python tests/faults/soak.py

audit: $(VENV)/.ready-dev  ## known holes in the locked packages; needs the network and pip-audit
	@$(BIN)/python tests/supply.py audit

check: $(VENV)/.ready-dev  ## lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

mutation: $(VENV)/.ready-dev  ## what the tests don't notice in cleaning, turns, citations and checks; needs mutmut
	@$(BIN)/mutmut run --max-children $$(getconf _NPROCESSORS_ONLN) && $(BIN)/mutmut results

hooks:  ## run `make check` before each commit
	@git config core.hooksPath .githooks

evals: $(VENV)/.ready-dev  ## run every eval offline and write runs/all/report.html
	@$(BIN)/sayso --index runs/index ingest
	@$(BIN)/sayso --index runs/index eval all

baseline: $(VENV)/.ready-dev  ## hold later evals against the last `make evals`
	@$(BIN)/sayso eval baseline runs/all
	@$(BIN)/python -m evals.figures runs/all docs/evals.md

bench: $(VENV)/.ready-dev  ## quality on public sets and speed at three sizes, beside what a newcomer builds
	@$(BIN)/sayso eval bench

screenshots: $(VENV)/.ready-dev  ## make the pictures of the page with headless Chromium
	$(VENV)/bin/python docs/screenshots.py

# The lock names versions and hashes, never where they come from.
lock:  ## renew requirements.lock and requirements-dev.lock from pyproject.toml
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra evals --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements-dev.lock

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.ready: requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.ready

ifdef UV
define install
uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV)
uv pip install --quiet --python $(BIN)/python --require-hashes --link-mode copy --compile-bytecode -r $(1)
uv pip install --quiet --python $(BIN)/python --no-deps --editable .
endef
else
define install
$(PYTHON) -c 'import sys; sys.exit("Sayso needs Python 3.11 or newer, this is %d.%d; set PYTHON=python3.x" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
$(PYTHON) -m venv $(VENV)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endef
endif
