# `make help` lists the targets. Everything is installed into .venv/ in this checkout.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test browser check bench judge mutants conformance up down schema requirements wheel clean

VENV    := .venv
BIN     := $(VENV)/bin
PARTS   := $(BIN)/python deploy/local/parts.py
# Someone who watches sees each package come; a log is spared that.
QUIET   := $(shell test -t 2 || echo --quiet)
PIP     := $(BIN)/python -m pip --disable-pip-version-check $(QUIET)
RUNTIME := $(VENV)/.runtime-installed
DEV     := $(VENV)/.dev-installed
JUDGE   := $(VENV)/.judge-installed
BROWSER := $(VENV)/.browser-installed
TYPED   := hub adapters deploy/local

# Arguments for pytest, e.g. make test ARGS='tests/unit -x'. Without: two files at a time, the longest first, each side with
# brokers and databases of its own; then what kills and freezes, and counts seconds, one after another.
ARGS ?=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

demo: $(RUNTIME) ## install what the hub needs and show it at work, on this machine alone
	$(BIN)/hub demo

test: $(DEV) ## install and run all tests, on real Kafka and PostgreSQL
ifdef ARGS
	$(BIN)/pytest $(ARGS)
else
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/e2e tests/kafka tests/contract tests/unit
	$(BIN)/pytest tests/fault
endif

browser: $(BROWSER) ## the pages as people use them, in Chromium
	$(BIN)/pytest tests/browser

check: $(DEV) ## lint, format, types, layers, routing rules and schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/hub rules check
	$(BIN)/hub schemas check

bench: $(DEV) ## measure the router on real Kafka and PostgreSQL
	$(PARTS) run -- $(BIN)/hub bench pipeline --json

judge: $(JUDGE) ## install Splink and the FEBRL data, which `hub bench` compares the matching with

mutants: $(DEV) ## change each condition of the matching's guards and decision, and see that a test notices
	$(BIN)/python tests/mutants.py

conformance: $(DEV) ## published FHIR examples through the adapter, and a validator over ours: UK_CORE=DIR (needs a JDK)
	PYTHONPATH=deploy/local $(BIN)/python tests/conformance/conformance.py $(UK_CORE)

up: $(DEV) ## start Kafka and PostgreSQL for work at one's desk, and print their addresses
	@$(PARTS) up

down: $(DEV) ## stop what `make up` started; the data stays
	@$(PARTS) down

schema: $(RUNTIME) ## write the data item catalogue again from the tags in schemas/
	$(BIN)/hub schemas catalogue

wheel: $(DEV) ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

# Hashes only, no addresses: whoever installs says where from.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --no-annotate --no-header --strip-extras --allow-unsafe --extra build

requirements: $(DEV) ## pin requirements/*.txt again from pyproject.toml (on Python 3.11)
	env -u PIP_FIND_LINKS $(COMPILE) --upgrade -o requirements/runtime.txt pyproject.toml
	env -u PIP_FIND_LINKS $(COMPILE) --upgrade --extra dev --extra pdf -c requirements/runtime.txt \
		-o requirements/dev.txt pyproject.toml
	env -u PIP_FIND_LINKS $(COMPILE) --upgrade --extra browser -c requirements/runtime.txt -c requirements/dev.txt \
		-o requirements/browser.txt pyproject.toml
	env -u PIP_FIND_LINKS $(COMPILE) --upgrade --extra judge -c requirements/runtime.txt -c requirements/dev.txt \
		-o requirements/judge.txt pyproject.toml

clean: ## remove .venv/, caches and built files; data of `make up` stays
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# The first Python of at least 3.11 that really runs and can make an environment.
$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version)"; \
			exec $$python -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or newer with its venv module is needed; on Debian or Ubuntu install python3 and python3-venv." >&2; \
	exit 1

$(RUNTIME): requirements/runtime.txt requirements/pages.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the hub needs: $$(grep -c '==' $<) packages, a minute or two"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --require-hashes --no-deps -r requirements/pages.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	@echo "Installing what tests and checks need: $$(grep -c '==' $<) packages in all"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(BROWSER): requirements/browser.txt tests/browser/package-lock.json $(DEV)
	@echo "Installing what drives a browser"
	@$(PIP) install --require-hashes -r requirements/browser.txt
	@npm ci --ignore-scripts --silent --prefix tests/browser
	@touch $@

$(JUDGE): requirements/judge.txt $(RUNTIME)
	@echo "Installing what the matching is judged beside: $$(grep -c '==' $<) packages"
	@$(PIP) install --require-hashes -r requirements/judge.txt
	@touch $@
