# Everything sets itself up: `make run` and `make test` work in a fresh clone.

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
WORKERS ?= auto

.PHONY: install run test check format lock bench screenshots snapshots clean

install: .venv/installed

# The lock file is read by uv and by pip alike. The package is compiled: start-up depends on it.
.venv/installed: pyproject.toml requirements.lock
ifdef UV
	test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) .venv
	uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	$(BIN)/python -m compileall -q app widgets
	touch $@

# Opens the workbench here; where no model is chosen, the demo.
run: install
	@if $(BIN)/sawhorse config show | grep -q '^model.name *(none)'; then $(BIN)/sawhorse demo; else $(BIN)/sawhorse; fi

test: install
	$(BIN)/python -m pytest -q -n $(WORKERS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs uv. One file for every platform.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

bench: install
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.parallel
	$(BIN)/python -m benchmarks.turns
	$(BIN)/python -m benchmarks.flood
	$(BIN)/python -m benchmarks.edits
	$(BIN)/python -m benchmarks.checkpoints
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.diffs
	$(BIN)/python -m benchmarks.approval
	$(BIN)/python -m benchmarks.sandbox
	$(BIN)/python -m benchmarks.recorder
	$(BIN)/python -m benchmarks.crash
	$(BIN)/python -m benchmarks.viewer
	$(BIN)/python -m benchmarks.comparing
	$(BIN)/python -m benchmarks.library
	$(BIN)/python -m benchmarks.mutations

screenshots: install
	$(BIN)/python -m screenshots.make

snapshots: install
	$(BIN)/python -m pytest -q tests/screens --snapshot-update

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache snapshot_report.html
