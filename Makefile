# Every target does its own set-up from a fresh clone, and does it once: stamps in .venv say what is done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STEP := tools/ci/step
WORKERS ?= 2
FUZZ_SECONDS ?= 30
SOAK_SEEDS ?= 1000000
SAMPLE_LOG := examples/data/every_kind.log

# One interpreter for every cargo command, so that the border crate is not rebuilt from one to the next.
export PYO3_PYTHON := $(abspath $(BIN)/python)
# The border crate is a Python module: it is compiled into the wheel and tested from Python.
CARGO_TEST := cargo test --workspace --exclude fixplus-python --locked

# A panic tells where it happened: below `cargo/` for a library, not below the home of whoever built. The compiled module and the
# wheel take the same flag, so that they share all that is compiled; it is added to those of .cargo/config.toml.
NO_HOME = --config "build.rustflags=['--remap-path-prefix=$${CARGO_HOME:-$$HOME/.cargo}=cargo']"

RUST_SOURCES := $(shell find crates -type f -not -path '*/tests/*' -not -path '*/benches/*') Cargo.toml Cargo.lock
PACKAGING := pyproject.toml README.md LICENSE NOTICE
WHEEL_SOURCES := $(RUST_SOURCES) $(PACKAGING) $(shell find pyfixmsg_plus -type f -not -name '*.so' -not -path '*/__pycache__/*')

READY := $(VENV)/.stamp-prerequisites
TOOLS := $(VENV)/.stamp-tools
JUDGE := $(VENV)/.stamp-judge
PEERS := $(VENV)/.stamp-peers
DOCS_TOOLS := $(VENV)/.stamp-docs
EXTENSION := $(VENV)/.stamp-extension
WHEEL := target/wheels/.stamp-wheel

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

# ---------------------------------------------------------------------------------------------------------- set-up

$(READY): tools/ci/prerequisites
	@tools/ci/prerequisites
	@mkdir -p $(VENV) && touch $@

$(TOOLS): requirements/dev.txt | $(READY)
	@test -x $(BIN)/python || $$(tools/ci/prerequisites --python) -m venv $(VENV)
	@$(STEP) "python tools" $(BIN)/python -m pip install --quiet --requirement requirements/dev.txt
	@touch $@

$(JUDGE): requirements/judge.txt $(TOOLS)
	@$(STEP) "judge engine" $(BIN)/python -m pip install --quiet --requirement requirements/judge.txt
	@touch $@

$(PEERS): requirements/bench.txt $(TOOLS)
	@$(STEP) "benchmark peers" $(BIN)/python -m pip install --quiet --requirement requirements/bench.txt
	@touch $@

$(DOCS_TOOLS): requirements/docs.txt $(TOOLS)
	@$(STEP) "docs tools" $(BIN)/python -m pip install --quiet --requirement requirements/docs.txt
	@touch $@

$(EXTENSION): $(RUST_SOURCES) $(PACKAGING) $(TOOLS)
	@$(STEP) "compiled module" $(BIN)/maturin develop --release --locked --quiet $(NO_HOME)
	@touch $@

.PHONY: develop
develop: $(EXTENSION) ## the package, compiled, in .venv

# ------------------------------------------------------------------------------------------------------------- use

.PHONY: run
run: $(EXTENSION) ## decode and summarise a log that shows every kind of message
# Status 1 says that a message is invalid: the log holds some, to show how they are told.
	@$(BIN)/fixplus parse --summary $(SAMPLE_LOG) || [ $$? -eq 1 ]
	@echo
	@$(BIN)/fixplus parse --pretty --limit 2 --filter '35=D or 35=8' $(SAMPLE_LOG)

# ----------------------------------------------------------------------------------------------------------- tests

.PHONY: test
test: rusttest pytest ## all tests, with Python coverage in lines and branches

.PHONY: rusttest
rusttest: $(TOOLS)
	@$(BIN)/python tools/ci/rust_tests.py -- $(CARGO_TEST)

.PHONY: pytest
pytest: $(EXTENSION) $(JUDGE)
	@mkdir -p target/coverage
	@$(BIN)/python -m pytest -q -n $(WORKERS) --cov --cov-report=term

.PHONY: soak
soak: $(EXTENSION) $(JUDGE) ## what takes longer: many more generated cases, a million simulated worlds, hundreds of kills, and longer fuzzing
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q -n $(WORKERS) tests/property
	@FIXPLUS_STORE_KILLS=200 $(BIN)/python -m pytest -q -n $(WORKERS) tests/contract/test_store_crash.py
	@FIXPLUS_KILLS=200 $(BIN)/python -m pytest -q -n $(WORKERS) tests/crash
	@$(BIN)/python -m pyfixmsg_plus.testing.simulation --seeds $(SOAK_SEEDS)
	@$(MAKE) fuzz FUZZ_SECONDS=600

.PHONY: acceptance
acceptance: $(EXTENSION) ## play the .def files of DEFS (a folder) against our acceptor, strictly
	@test -n "$(DEFS)" || { echo "make acceptance DEFS=DIR: which folder has the .def files?" >&2; exit 2; }
	@$(BIN)/python tools/ci/acceptance.py "$(DEFS)"

.PHONY: coverage
coverage: $(READY) ## lines of Rust that the Rust tests reach (cargo-tarpaulin, ptrace)
	@tools/ci/rust_coverage

.PHONY: bench
bench: $(EXTENSION) $(JUDGE) $(PEERS) ## the figures we quote, each beside its peers
	@for script in benchmarks/*.py; do $(BIN)/python "$$script"; done
	@cargo bench --workspace --exclude fixplus-python --locked

.PHONY: fuzz
fuzz: $(READY) ## run every fuzz target for FUZZ_SECONDS (default 30)
	@tools/ci/fuzz $(FUZZ_SECONDS)

.PHONY: page
page: ## the page, tested, built from its source and compared with the committed bundle (asks for Node 20.19+ and npm)
	@$(STEP) "page: packages" npm --prefix web ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@$(STEP) "page: tests" npm --prefix web test
	@$(STEP) "page: build" npm --prefix web run build -- --outDir ../target/page --logLevel warn
	@$(STEP) "page: the committed bundle is this source's" diff -r target/page pyfixmsg_plus/monitor/static

# ---------------------------------------------------------------------------------------------------------- checks

.PHONY: lint
lint: $(EXTENSION) ## formatting, types, lints, stubs, contracts, licences
	@$(STEP) "ruff check" $(BIN)/ruff check .
	@$(STEP) "ruff format" $(BIN)/ruff format --check .
	@$(STEP) "rustfmt" cargo fmt --all --check
	@$(STEP) "clippy" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@$(STEP) "mypy" $(BIN)/mypy
	@$(STEP) "stubs" $(BIN)/stubtest --mypy-config-file pyproject.toml pyfixmsg_plus._core
	@$(STEP) "import floors" $(BIN)/lint-imports --no-cache
	@$(STEP) "licences" $(BIN)/python tools/ci/licences.py

.PHONY: wheel
wheel: $(WHEEL) ## the wheel, in target/wheels
	@ls target/wheels/*.whl

$(WHEEL): $(WHEEL_SOURCES) $(TOOLS)
	@rm -f target/wheels/*.whl
	@$(STEP) "wheel" $(BIN)/maturin build --release --locked --quiet $(NO_HOME) --out target/wheels
	@touch $@

.PHONY: wheeltest
wheeltest: $(WHEEL)
	@$(STEP) "wheel, used without Rust" tools/ci/wheel_check $(SAMPLE_LOG)

.PHONY: dictionaries
dictionaries: $(READY)
	@tools/ci/dictionaries_check

.PHONY: smoke
smoke: $(EXTENSION) $(JUDGE) $(PEERS)
	@$(STEP) "benchmark smoke" tools/ci/bench_smoke
	@$(STEP) "fuzz smoke" tools/ci/fuzz 3

.PHONY: docs
docs: $(DOCS_TOOLS) ## the documentation pages, in target/site
	@$(STEP) "docs" env NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir target/site

.PHONY: ci
ci: $(EXTENSION) ## everything above that decides whether a change may go in
	@$(MAKE) lint
	@$(MAKE) page
	@$(MAKE) dictionaries
	@$(MAKE) docs
	@$(MAKE) wheeltest
	@$(MAKE) smoke
	@FIXPLUS_WHEEL="$$(ls $(CURDIR)/target/wheels/*.whl)" HYPOTHESIS_PROFILE=ci $(MAKE) test
