# Everything runs in .venv; `make demo` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: help install demo test test-all lint format train clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

install: $(VENV)/.installed  ## Environment, packages, encoder; does nothing when all is there
	@$(BIN)/python -m cs_qa.nn.build

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installing into $(VENV): about 3 GB and some minutes, once." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[ui,frames,postgres,spacy,train,dev]'
	@touch $@

demo: install  ## Inspect the example week into SQLite, print the scorecards, say how to open the app
	@mkdir -p $(DEMO)
	@$(BIN)/cs-qa inspect examples/week.jsonl --policy cs_qa/data/policies/harbor_lane.toml --db $(DEMO)/week.db --out $(DEMO)/scorecards.jsonl
	@$(BIN)/cs-qa sample --db $(DEMO)/week.db --week 2026-W46 --size 30 --seed 1 --once > /dev/null
	@echo
	@echo "Scorecards: $(DEMO)/scorecards.jsonl (one JSON a line), database: $(DEMO)/week.db"
	@echo "Open the app:  $(BIN)/cs-qa review --db $(DEMO)/week.db"

lint: install  ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint  ## Lint, then all tests but the long ones, with coverage
	@$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term

test-all: lint  ## The long tests too (browser, memory, wheel), and more random examples
	@$(BIN)/pytest -m '' --hypothesis-profile=explore --cov --cov-report=term

format: install  ## Format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

train: install  ## Train the shipped models again (about two hours on two cores)
	@$(BIN)/cs-qa train models/train.toml
	@$(BIN)/python -m cs_qa.nn.build
	@$(BIN)/python -m cs_qa.train.statements

clean:  ## Remove the environment and everything built
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis models/cache
	rm -f models/encoder/*/encoder.onnx models/encoder/*/tokenizer.json models/encoder/*/built.json
