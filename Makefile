# Everything that a developer and CI do, under the names that both use.
# Needs Python 3.11+, git and make. Where uv is installed it is used; nothing else differs.

VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ARGS ?=
SEEDS ?= 20000
FIRST ?= 20000
MINUTES ?= 480

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_PYTHON_DOWNLOADS := never

ifdef UV
install = VIRTUAL_ENV=$(VENV) uv pip install --quiet
else
install = $(BIN)/python -m pip install --quiet
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-real prove prove-long coverage lint format docs bench dist sbom fuzz lock clean
.SUFFIXES:
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## the whole way on a throw-away repository and a stand-in for the platforms
	@$(BIN)/postiz-ops demo $(ARGS)

test: $(VENV)/.dev ## the tests (ARGS= goes to pytest)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

test-real: $(VENV)/.real ## the tests against real servers and tools
	@$(BIN)/python -m pytest -q -m real $(ARGS)

prove: $(VENV)/.dev ## the promise of docs/guarantees.md: simulated worlds, mutants, real processes killed everywhere
	@$(BIN)/python -m tests.simulation --table --seeds $(SEEDS)
	@$(BIN)/python -m tests.simulation --mutants --seeds 2000
	@$(BIN)/python -m tests.killing
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m proof $(ARGS)

prove-long: $(VENV)/.dev ## new simulated worlds for MINUTES=480, from seed FIRST=20000 on
	@$(BIN)/python -m tests.simulation --first $(FIRST) --seeds 10000000 --minutes $(MINUTES) --every 600 $(ARGS)

coverage: $(VENV)/.dev ## the tests, and which branches they took
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n 2 --dist worksteal $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

lint: $(VENV)/.dev ## ruff, mypy, the import contracts, and the workflows
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(BIN)/zizmor --offline --quiet --no-progress .
	@echo 'lint: no findings'

format: $(VENV)/.dev ## what ruff can mend by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

docs: $(VENV)/.dev ## the pages that are made from the code
	@for page in tools/docs_*.py; do $(BIN)/python -m "tools.$$(basename "$$page" .py)" || exit 1; done

bench: $(VENV)/.run ## the measurements, each beside a peer or a floor
	@$(BIN)/python -m benches $(ARGS)

dist: $(VENV)/.run ## the wheel and the source distribution, the same bytes from the same commit
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -d dist -t sdist -t wheel

sbom: $(VENV)/.release ## what a release consists of (CycloneDX), from the lock
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --of JSON \
		-o dist/postiz-ops.cdx.json requirements/run.txt

fuzz: $(VENV)/.fuzz ## every parser, guided by coverage (ARGS="-max_total_time=60" is the default)
	@$(BIN)/python -m tests.fuzz $(or $(ARGS),-max_total_time=60)

lock: ## the lock files anew (needs uv)
	@for set in run build dev real fuzz release; do \
		case $$set in \
			run) args="pyproject.toml" ;; \
			dev) args="pyproject.toml --group dev -c requirements/run.txt -c requirements/build.txt" ;; \
			*) args="--group $$set -c requirements/run.txt" ;; \
		esac; \
		uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--custom-compile-command 'make lock' $$args -o requirements/$$set.txt || exit 1; \
	done

clean: ## remove what this file made
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

# --- environments: one, grown by what a target needs; a stamp makes the second run quick ---

$(VENV)/.venv:
	@test -n "$(UV)$(PYTHON)" || { echo 'make: Python 3.11 or later is needed (PYTHON=... names it)' >&2; exit 2; }
	@echo 'setting up $(VENV), once'
ifdef UV
	@uv venv --quiet --allow-existing --python '>=3.11' $(VENV)
else
	@$(PYTHON) -m venv $(VENV) || { echo 'make: python3 -m venv failed; on Debian: apt-get install python3-venv' >&2; exit 2; }
endif
	@touch $@

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/.venv
	@$(install) --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(install) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(install) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.%: requirements/%.txt $(VENV)/.run
	@$(install) --require-hashes -r $<
	@touch $@

$(VENV)/.real: requirements/real.txt $(VENV)/.dev
	@$(install) --require-hashes -r requirements/real.txt
	@touch $@
