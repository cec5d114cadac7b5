# Every verb sets up .venv by itself on first use and is quick afterwards.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8899
BIN := .venv/bin
RUN := .venv/.run
READY := .venv/.ready
INSTALL := VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode
# Thousands of synced commits: in memory where there is room for it.
SCRATCH := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] 2>/dev/null && echo /dev/shm || echo $${TMPDIR:-/tmp})
# One more than there are processors: a story often waits for other processes.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
# Our own modules are compiled once, not anew in each of the processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo test check fix lock bench soak run

help: ## what this Makefile can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.uv: requirements-uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Countersign needs Python 3.11 or newer; set PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	touch $@

$(RUN): .venv/.uv requirements.lock
	$(INSTALL) --require-hashes -r requirements.lock
	touch $@

$(READY): .venv/.uv requirements-dev.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@ $(RUN)

demo: $(RUN) ## a workspace in the browser with the real bot behind it
	$(BIN)/python -m sandbox --port $(PORT)

run: $(RUN) ## the bot itself, with the settings of .env
	$(BIN)/python app.py

test: $(READY) ## all tests, offline
	TMPDIR=$(SCRATCH) $(BIN)/python tools/offline.py $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

check: $(READY) ## lint, types, import law, size budgets, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_sizes.py
	$(BIN)/python tools/generate.py --check

fix: $(READY) ## format, sort imports, regenerate docs
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/generate.py

lock: $(READY) ## refresh the hashed lock files
	$(BIN)/python tools/lock.py

bench: $(READY) ## side-by-side measurements, written to bench/RESULTS.md
	$(BIN)/python -m bench

soak: $(READY) ## every attack in large numbers, written to docs/proof.md (ROUNDS=500, FORM=short)
	TMPDIR=$(SCRATCH) $(BIN)/python -m bench.proof $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(FORM),--form $(FORM))
