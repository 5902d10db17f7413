# Everything runs as a module of the Python in .venv, because the first line of a console script
# cannot hold the path of a folder with a space in its name. Paths here are relative for the same reason.

PYTHON ?= python3
JOBS ?= $(shell n=$$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1); [ "$$n" -le 4 ] || n=4; echo "$$n")
UPGRADE ?=
LANGUAGE ?= en

PY := .venv/bin/python
INSTALL := $(PY) -m pip --disable-pip-version-check install --quiet --no-compile
# Byte code of the packages' own tests is a tenth of the environment and never used.
BYTECODE := $(PY) -m compileall -q -j 0 -x '/tests?/' .venv/lib
OGP := $(PY) -m ogp_analysis
# JupyterLab asks the network for news, for newer versions of itself and for extensions, unless these say no.
QUIET := --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	--LabApp.extension_manager=readonly
COMPILE := pip compile --quiet --no-header --no-annotate --python-version 3.11
LOCK := --universal --generate-hashes --no-emit-index-url --no-emit-find-links

# Every process started here would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

# Tests that run side by side would wait for one another if the linear algebra of each took all processors.
test test-slow fuzz mutants forge audit: export OPENBLAS_NUM_THREADS = 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install lab report build codebook docs test test-slow check fuzz mutants forge audit sbom bench bench-batch paper lock clean

help: ## Show this list.
	@printf 'Usage: make TARGET\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@printf '\n  PYTHON=%s  the interpreter that .venv is made with (3.11 or newer)\n' '$(PYTHON)'
	@printf '  JOBS=%s  runs side by side in make report\n' '$(JOBS)'

install: .venv/core.stamp ## Install the locked environment and the package into .venv.

lab: install ## Open a copy of the notebooks in JupyterLab; LANGUAGE=es for the Spanish ones.
	@$(OGP) lab --language $(LANGUAGE)
	OGP_LANGUAGE=$(LANGUAGE) $(PY) -m jupyterlab --notebook-dir=lab $(QUIET)

report: install ## Build the tables, run every notebook listed in notebooks/runs.toml, print where the reports are.
	@$(OGP) build
	@$(OGP) run --all --jobs $(JOBS)

build: install ## Build the clean tables in data/processed; only what is missing or stale.
	@$(OGP) build

codebook: install ## Write the pages in docs/codebook again.
	@$(OGP) codebook

# A warning is an error; nothing is fetched.
docs: .venv/docs.stamp ## Build the pages of docs, with the reference of every public name, into build/docs.
	@rm -rf build/docs
	$(PY) -m sphinx -W --keep-going -q -j $(JOBS) -d build/doctrees -b html docs build/docs
	@echo build/docs/index.html

test: .venv/dev.stamp ## Run the tests, without those marked slow, JOBS side by side.
	$(PY) -m pytest -n $(JOBS) -m 'not slow and not audit'

test-slow: .venv/dev.stamp ## Run the tests marked slow.
	$(PY) -m pytest -m 'slow and not audit'

check: .venv/dev.stamp ## Lint, formatting, layers of imports, lines a room, and the rules for notebooks and project files.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo
	$(PY) -m mypy
	$(PY) tools/house.py --budget
	$(PY) -m pytest -q tests/test_frame.py tests/test_notebooks.py tests/test_environment.py

# Bounded by count, never by the clock, so that a slow machine tries as much as a fast one.
FUZZ_RUNS ?= 20000
MUTANTS ?= 40

fuzz: .venv/fuzz.stamp ## Feed the readers of CompraNet and OCDS with FUZZ_RUNS damaged files each; Linux only.
	$(PY) tools/fuzz.py compranet --runs $(FUZZ_RUNS)
	$(PY) tools/fuzz.py ocds --runs $(FUZZ_RUNS)

mutants: .venv/dev.stamp ## Change one operator of the code at a time, MUTANTS in all; a test has to notice.
	$(PY) tools/mutants.py --sample $(MUTANTS)

forge: .venv/dev.stamp ## Forge a report in every known way; verify has to let none pass.
	$(PY) -m tests.forge

audit: .venv/dev.stamp .venv/fuzz.stamp ## Run in full what .ci/run samples, and write the results into docs; takes two hours.
	$(PY) -m pytest -q -m audit tests/damage tests/simulation tests/notebooks tests/civic_space \
		tests/publishing/runs
	$(PY) -m pytest -q --hypothesis-profile=audit tests/data/cleaning/test_properties.py
	$(PY) -m tests.damage
	$(PY) tools/soak.py --runs 2000 --write
	$(MAKE) fuzz FUZZ_RUNS=1000000
	$(PY) tools/mutants.py --sample 100 --write

bench: .venv/dev.stamp ## Run the benchmarks listed in benchmarks/README.md, one after the other; takes an hour.
	@for file in $$(sed -n 's/^- `\([a-z_]*\.py\)`.*/\1/p' benchmarks/README.md); do \
		echo "benchmarks/$$file"; $(PY) "benchmarks/$$file" || exit 1; \
	done

bench-batch: .venv/dev.stamp ## Compare batches with papermill, ploomber-engine, marimo and others; takes about an hour.
	$(PY) benchmarks/batch.py

paper: install ## Typeset the example paper into build/paper, from runs of its notebooks, if any input changed.
	@$(PY) tools/paper.py --gather
	@$(MAKE) --silent --no-print-directory build/paper/paper.pdf
	@echo build/paper/paper.pdf

build/paper/paper.pdf: $(filter-out build/paper/paper.%,$(wildcard build/paper/*.bib build/paper/*/* build/paper/*/*/*)) \
		$(wildcard build/paper/paper.tex)
	@$(PY) tools/paper.py --typeset

sbom: ## Write build/sbom.cdx.json: everything requirements.lock holds, with its hashes, in CycloneDX.
	@set -e; temporary=$$(mktemp -d); trap 'rm -rf "$$temporary"' EXIT; \
	"$(PYTHON)" -m venv "$$temporary"; \
	"$$temporary/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes \
		-r requirements-sbom.lock; \
	mkdir -p build; \
	"$$temporary/bin/python" -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
		--mc-type library --output-reproducible --validate --output-format JSON --output-file build/sbom.cdx.json

lock: ## Write the lock files and environment.yml again; UPGRADE=--upgrade takes the newest versions.
	@temporary=$$(mktemp -d); trap 'rm -rf "$$temporary"' EXIT; \
	"$(PYTHON)" -m venv "$$temporary" && \
	"$$temporary/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes \
		-r requirements-lock.lock && \
	uv="$$temporary/bin/uv" && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) pyproject.toml --extra all --group build --output-file requirements.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) pyproject.toml --extra all --extra dev --group build \
		--constraint requirements.lock --output-file requirements-dev.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) pyproject.toml --extra all --extra docs --group build \
		--constraint requirements.lock --output-file requirements-docs.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) pyproject.toml --extra all --extra cluster --group build \
		--constraint requirements.lock --output-file requirements-cluster.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) tools/lock.in --output-file requirements-lock.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) tools/sbom.in --output-file requirements-sbom.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) tools/crate.in --output-file requirements-crate.lock && \
	"$$uv" $(COMPILE) $(LOCK) $(UPGRADE) --group fuzz --output-file requirements-fuzz.lock && \
	pins=$$("$$uv" $(COMPILE) pyproject.toml --extra all --no-deps --constraint requirements.lock) && \
	printf '%s\n' "$$pins" | "$(PYTHON)" tools/write_environment.py

clean: ## Remove what can be made again: reports, clean tables, caches. Keeps .venv and data/raw.
	rm -rf reports build dist docs/reference/generated *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find data/processed -mindepth 1 ! -name README.md -delete
	find ogp_analysis tests notebooks benchmarks tools \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# An editable install knows the folder it was made in. So the stamp holds the folder, and a checkout
# that was moved or copied installs itself again.
ifneq ("$(shell cat .venv/core.stamp 2>/dev/null)","$(CURDIR)")
.PHONY: .venv/core.stamp
endif

.venv/core.stamp: requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || \
		{ echo 'There is no "$(PYTHON)". Install Python 3.11 or newer, or name it: make install PYTHON=...' >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '"$(PYTHON)" is older than Python 3.11. Name a newer one: make install PYTHON=...' >&2; exit 2; }
	@$(PY) -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@$(BYTECODE)
	@printf '%s' "$(CURDIR)" > $@

.venv/dev.stamp: requirements-dev.lock .venv/core.stamp
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(BYTECODE)
	@touch $@

.venv/docs.stamp: requirements-docs.lock .venv/core.stamp
	$(INSTALL) --require-hashes -r requirements-docs.lock
	@touch $@

.venv/fuzz.stamp: requirements-fuzz.lock .venv/dev.stamp
	$(INSTALL) --require-hashes -r requirements-fuzz.lock
	@touch $@
