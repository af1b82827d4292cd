# One command to run the bot, one to test it; both make their own environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready

.PHONY: run test soak years bench clean

run: $(RUN_READY)
	@$(BIN)/python -m bot demo

test: $(DEV_READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m bot check
	$(BIN)/python -m pytest -n 2 --dist loadfile

soak: $(DEV_READY)
	SOAK_ROUNDS=1000 SOAK_UPDATES=10000 SOAK_SECONDS=30 $(BIN)/python -m pytest -s \
		tests/test_crash_telegram.py tests/test_hostile_bot.py tests/test_outages.py
	SOAK_RECIPIENTS=50000 SOAK_KILLS=100 $(BIN)/python -m pytest -s \
		tests/test_announcement_queue.py tests/test_crash_announcing.py
	REPLICA_ROUNDS=50 $(BIN)/python -m pytest -s tests/test_replicas.py

years: $(DEV_READY)
	$(BIN)/python -m tests.years --seeds 200 --years 10

bench: $(DEV_READY)
	$(BIN)/python -m tests.bench

# The environment is ready when the packages are in and the search index is built.
$(RUN_READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m bot ask "xin chào" >/dev/null
	touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) data build *.egg-info
