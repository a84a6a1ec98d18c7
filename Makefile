# The commands of Plumbline. Each sets up what it needs on a machine with Python 3.11, make and a C compiler.
PYTHON ?= python3
PORT ?= 8000
# How many sessions the bench of reports and exports is to have: 10000 100000 1000000 without it.
SIZES ?=
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi

.PHONY: run test check fix bench pictures scan drill clean

.venv/run: requirements.txt constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Plumbline runs on (once)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt .venv/run
	@echo "Installing what the tests need (once)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@

run: .venv/run
	@$(FLASK) db upgrade
	@$(FLASK) demo --if-empty
	@echo "Plumbline is on http://127.0.0.1:$(PORT) – stop it with Ctrl+C."
	@exec $(BIN)/python tools/serve $(PORT)

test: .venv/dev
	@tools/test

check: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports
	@tools/check_migrations
	@tools/test --unless-passed

fix: .venv/dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev
	@$(BIN)/python -W ignore -m bench
	@$(BIN)/python -W ignore -m bench.reports $(SIZES)
	@$(BIN)/python -W ignore -m bench.exports $(SIZES)
	@$(BIN)/python -W ignore -m bench.paper

pictures: .venv/dev
	@$(BIN)/python docs/take_pictures.py http://127.0.0.1:$(PORT)

scan: .venv/run
	@tools/scan

drill: .venv/dev
	@tools/drill

clean:
	rm -rf .venv
