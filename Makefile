# Everything a fresh machine needs is Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check test-long bench bench-scale bench-job fmt clean

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

# Tools to compare with: never a dependency. Where one cannot be had, the tables name it.
$(VENV)/.installed-peers: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,peers]' \
	  || echo "some tools to compare with could not be installed: they will be named as missing"
	touch $@

bench: $(VENV)/.installed-peers     ## searches against other tools, then the main job
	$(BIN)/python -m benchmarks.reach --write
	$(MAKE) bench-job

bench-job: $(VENV)/.installed-dev   ## the main job on real streets; needs ../shared/data
	$(BIN)/python -m benchmarks.main_job

bench-scale: $(VENV)/.installed-dev ## time and memory by edges, sources and limit
	$(BIN)/python -m benchmarks.reach_scale --write

clean:
	rm -rf $(VENV) build dist maps/demo
