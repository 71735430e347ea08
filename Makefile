# Everything that is done with this repository: `make help` lists it.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input -qq
FRONT := $(shell find frontend rapport -name '*.js' -o -name '*.mjs' -o -name '*.css' -o -name '*.html' -o -name nav.py -o -name panels.py | grep -v /built/)
# Python that names an icon or a class, as frontend/build.mjs reads it.
FRONT += $(shell grep -rlE --include='*.py' --exclude-dir=tests "(icon|inbound|outbound|class)=[\"']" rapport)
BUILT := rapport/ui/static/ui/built
MESSAGES := $(wildcard rapport/ui/locale/*/LC_MESSAGES/*.po)

# Compiled code is kept even where the environment says not to: every later start is then twice as fast.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup develop demo test check bench soak acceptance accuracy messages lock
.DELETE_ON_ERROR:

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: setup ## a running Rapport with the demo company in it
	@exec $(VENV)/bin/rapport demo --serve

setup: $(VENV)/runs $(VENV)/project $(VENV)/messages $(BUILT)/icons.svg ## everything needed to run it

develop: $(VENV)/develops setup ## everything needed to work on it

test: develop ## every test
	@tools/test.sh

check: develop ## every rule that a machine can check
	@tools/check.sh

bench: develop ## how fast it is, as docs/performance.md tells
	@$(PYTHON) -m bench

soak: develop ## bad days on a real installation, as docs/bad-days.md tells
	@$(PYTHON) -m soak

acceptance: develop ## real files in, compared with an independent computation
	@$(PYTHON) -m bench.acceptance

accuracy: develop ## known duplicates in, and how many are found
	@$(PYTHON) -m bench.accuracy
	@$(PYTHON) -m bench.accuracy_scores

messages: develop ## collect the texts to translate
	@$(PYTHON) tools/messages.py collect

lock: $(VENV)/develops ## requirements*.lock from pyproject.toml
	@tools/lock.sh

$(VENV)/made:
	@tools/venv.sh $(VENV)
	@touch $@

# What develops also runs: the development lock holds all of the other one.
$(VENV)/runs: requirements.lock $(VENV)/made
	@echo "Installing Python packages …"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/develops: requirements-dev.lock $(VENV)/made
	@echo "Installing Python packages for development …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $(VENV)/runs $@

$(VENV)/project: pyproject.toml $(VENV)/runs
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PYTHON) -m compileall -qq rapport
	@touch $@

$(VENV)/messages: $(MESSAGES) $(VENV)/runs
	@$(PYTHON) tools/messages.py compile
	@touch $@

$(BUILT)/icons.svg: package-lock.json $(FRONT) $(VENV)/runs
	@$(PYTHON) tools/frontend.py
	@touch $@
