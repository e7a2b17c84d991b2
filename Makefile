# `make audit` runs the main job on the samples, `make test` the tests. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/samples

.PHONY: audit test lint samples clean

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.run

audit: $(VENV)/.run  ## audit the samples; make succeeds whatever the findings, the auditor's exit code is printed
	@$(BIN)/auditor scan data/samples -o $(OUT) --facts data/dataset.yaml; code=$$?; \
	echo "auditor exit code: $$code"; echo "report: $(abspath $(OUT))/report.html"; test $$code -ne 2

test: $(VENV)/.dev lint  ## everything that CI runs
	@sh tests/setup.sh
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

samples: $(VENV)/.run  ## make the samples again (seeded, byte-identical)
	@$(BIN)/python data/generate.py

clean:
	@rm -rf $(VENV) out build dist *.egg-info
