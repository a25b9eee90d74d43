# The two commands: `make app` starts the app, `make test` runs every check. Each installs what it needs, once.
PORT ?= 8501
VENV ?= .venv
PYTHON ?= python3
bin := $(VENV)/bin

.PHONY: app test lint bench clean

app: $(VENV)/.app-ready
	$(bin)/cnnviz app --port $(PORT)

test: $(VENV)/.test-ready lint
	$(bin)/python -m tests.prepare
	$(bin)/pytest --numprocesses logical --maxprocesses 4 --dist worksteal

lint: $(VENV)/.test-ready
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy

bench: $(VENV)/.test-ready
	for script in benchmarks/*.py; do $(bin)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) static/plotly.min.js *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made again only when Python or the requirements have changed.
$(bin)/python:
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "cnnviz needs Python 3.11 to 3.13; choose one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app-ready: $(bin)/python requirements.txt pyproject.toml
	$(bin)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/.test-ready: $(VENV)/.app-ready requirements-dev.txt
	$(bin)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
