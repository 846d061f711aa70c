# Every target does its own set-up; nothing but Python >= 3.11 and make is needed beforehand.
PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) scripts/bootstrap.py
export PYTHONUNBUFFERED := 1

.PHONY: help setup demo test test-py test-web lint format bench chaos openapi clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## virtual environment, pages, face models
	@$(SETUP) venv web models

demo: setup ## one real interview from end to end, then keep serving (CANDOR_DEMO_EXIT=1: end after it)
	@$(BIN)/candor demo $(ARGS)

test: setup ## all tests
	@$(SETUP) browser
	@$(MAKE) --no-print-directory test-web test-py

# Two at a time, since most tests wait for real time to pass; those with browsers by themselves.
test-py:
	$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile -m "not browser")
	$(if $(ARGS),,$(BIN)/python -m pytest -n 2 --dist loadfile -m browser)

test-web:
	$(PYTHON) -c "import sys; sys.path.insert(0, 'scripts'); import bootstrap; bootstrap.npm('run', '--silent', 'test')"

lint: setup ## ruff, mypy, import-linter, Biome, tsc
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) -c "import sys; sys.path.insert(0, 'scripts'); import bootstrap; bootstrap.npm('run', '--silent', 'lint'); bootstrap.npm('run', '--silent', 'typecheck')"

format: setup ## let ruff and Biome format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure; results go to benchmarks/results
	$(BIN)/python -m benchmarks speech --json
	$(BIN)/python -m benchmarks face --json

chaos: setup ## 200 interviews under random faults; the report goes to benchmarks/results
	@$(BIN)/python -m benchmarks chaos $(ARGS)

openapi: setup ## write the HTTP and event contracts that the pages are typed from
	$(BIN)/candor openapi --out web

clean: ## forget everything that set-up made
	rm -rf .venv build service/web web/node_modules
