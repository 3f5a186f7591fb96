# Everything a fresh machine needs is Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check test-long bench fmt clean

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/.installed            ## run the main job on the embedded study
	$(BIN)/planner demo --out maps/demo

test: $(VENV)/.installed-dev        ## every test but the long ones
	PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/test

check: $(VENV)/.installed-dev       ## formatting, lint, types, import contracts
	PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/check

test-long: $(VENV)/.installed-dev   ## what takes longer than a coffee
	PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/test -m long --no-cov

fmt: $(VENV)/.installed-dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev       ## speed, on real streets
	$(BIN)/python -m benchmarks.main_job

clean:
	rm -rf $(VENV) build dist maps/demo
