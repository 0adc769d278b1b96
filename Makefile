PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# Linux without a GPU: make setup TORCH_INDEX=https://download.pytorch.org/whl/cpu saves gigabytes.
TORCH_INDEX ?=
# make setup HASHES=1 installs no file but those of .ci/requirements/, by their hashes: see docs/supply.md.
HASHES ?=
LOCKED := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements/development.txt
TOOLS := .venv-tools/bin/python

.PHONY: setup run test test-faults fuzz lint bench lock audit sbom dist dist-check clean

setup: .venv/installed-test

run: setup
	$(BIN)/cable-qa serve --open

test: setup
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

# Five seeds of each fault; one of each takes 330 s on two busy cores. One fault with one seed: see docs/RELIABILITY.md.
test-faults: setup
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.faults

# Every way in with inputs that nobody meant well with, for so many seconds in all: see docs/RELIABILITY.md.
SECONDS ?= 300
fuzz: .venv/installed-fuzz
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks

# These five: docs/supply.md. lock and audit need a network.
lock: .venv-tools/installed
	PYTHONPATH=.ci $(TOOLS) -m supply.locks

audit: .venv-tools/installed
	PYTHONPATH=.ci $(TOOLS) -m supply.audit

sbom: .venv-tools/installed setup
	PYTHONPATH=.ci $(TOOLS) -m supply.bom $(BIN)/python dist/cable-qa.cdx.json

dist: setup
	PYTHONPATH=.ci $(BIN)/python -m supply.packages dist

dist-check: setup
	PYTHONPATH=.ci $(BIN)/python -m supply.packages --check

# The index (cable-index/) is yours and stays.
clean:
	rm -rf .venv .venv-tools build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) -V); cable-qa needs Python 3.11 or newer. Name one: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the module venv. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv

.venv/installed-test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into .venv: the first time takes a few minutes."
ifdef HASHES
	$(LOCKED) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX),-r .ci/requirements/cuda.txt)
	$(PIP) --no-deps --no-build-isolation -e .
else
	$(if $(TORCH_INDEX),$(PIP) --no-deps --index-url $(TORCH_INDEX) torch)
	$(PIP) -e '.[test]'
endif
	@touch $@

.venv/installed-dev: .venv/installed-test
	$(if $(HASHES),,$(PIP) -e '.[dev]')
	@touch $@

.venv-tools/installed: .ci/requirements/tools.txt | $(BIN)/python
	$(BIN)/python -m venv --clear .venv-tools
	$(TOOLS) -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements/tools.txt
	@touch $@

# Where there is no build of atheris, hypothesis fuzzes alone.
.venv/installed-fuzz: .venv/installed-test
	-$(PIP) -e '.[fuzz]'
	@touch $@
