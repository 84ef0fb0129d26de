# The same few commands everywhere. Only Python 3.11+ and make are needed; `make peers` needs Debian and root.
.DEFAULT_GOAL := run
.PHONY: run test check bench bench-web faults fuzz sbom peers screenshots schema lock clean

PYTHON ?= python3
# Half of a test is waiting, for a browser, a server or a disk: two cores keep three busy.
WORKERS ?= 3
TIMES ?= 50
BIN := .venv/bin
UV := $(BIN)/uv
RUNTIME := .venv/.runtime
TESTING := .venv/.testing

run: $(RUNTIME)  ## set up and start the demo on http://127.0.0.1:8080
	@$(BIN)/wadul demo

test: $(TESTING)  ## set up and run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/wadul check --config config --no-secrets
	$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadgroup $(PYTEST)

check: $(TESTING)  ## only what takes seconds: style, types, imports, the office files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/wadul check --config config --no-secrets

bench: $(TESTING)  ## measure everything on a machine that does nothing else; prints ratios, and writes build/bench.txt
	$(BIN)/python -m tests.bench $(BENCHES)

bench-web: $(TESTING)  ## only the desk's pages with 1,000 and 20,000 tickets; takes minutes
	$(BIN)/python -m tests.bench web

faults: $(TESTING)  ## kill programs under load, a thousand times, and audit what is left; SIZE="--faults 1000 --messages 100000 --seed 1"
	$(BIN)/python -m tests.faults.weather $(SIZE)

fuzz: $(TESTING)  ## feed every parser fifty times the suite's made-up input; prints counts, and writes build/fuzz.txt
	$(BIN)/python -m tests.fuzz $(TIMES)

sbom: $(TESTING)  ## what is installed to run, and its licences: build/sbom.json (CycloneDX), build/licences.txt
	$(UV) venv --quiet --clear build/runtime
	$(UV) pip sync --quiet --require-hashes --python build/runtime requirements/runtime.txt
	$(BIN)/python -m tests.supply build/runtime/bin/python

screenshots: $(TESTING)  ## take the README's pictures anew
	$(BIN)/python -m tests.screenshots

schema: $(TESTING)  ## record as SQL what the migrations do, after changing them
	$(BIN)/python -m tests.schema

peers:  ## install the real servers and the browser that tests talk to (Debian, as root)
	sh tests/peers.sh

lock: $(UV)  ## resolve the dependencies anew
	sh requirements/lock.sh $(UV)

clean:
	rm -rf .venv build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Wadul needs Python 3.11 or newer: make PYTHON=python3.11 run")'
	$(PYTHON) -m venv .venv

$(UV): .venv/bin/python requirements/bootstrap.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bootstrap.txt
	@touch $(UV)

$(RUNTIME): $(UV) requirements/runtime.txt pyproject.toml
	@test -e $(TESTING) || $(UV) pip sync --quiet --require-hashes --compile-bytecode requirements/runtime.txt
	@test ! -e $(TESTING) || $(UV) pip install --quiet --require-hashes --compile-bytecode --requirement requirements/runtime.txt
	$(UV) pip install --quiet --no-deps --editable .
	@touch $(RUNTIME)

$(TESTING): $(UV) requirements/test.txt pyproject.toml
	$(UV) pip install --quiet --require-hashes --compile-bytecode --requirement requirements/test.txt
	$(UV) pip install --quiet --no-deps --editable .
	@touch $(TESTING) $(RUNTIME)
