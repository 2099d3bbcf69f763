# One entry point: `make` lists the recipes, people and CI run the same ones.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 8000
export PORT

PY := .venv/bin/python
MANAGE := $(PY) manage.py
PYTEST := $(PY) -m pytest
# More arguments for a recipe: make ingest ARGS="voyager.trajectory --since 2020-01-01"
ARGS ?=

# The stamps carry the checksum of the locks in their name: a changed lock, or an
# installation that did not end, has no stamp and is made good by the next recipe.
RUN_STAMP := .venv/.locked-run-$(shell cat requirements.txt | cksum | cut -d ' ' -f 1)
DEV_STAMP := .venv/.locked-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)

CODE := $(wildcard manage.py deepspace voyager atlas blackhole spaceintel insights bench tools tests deploy)
TYPED := $(filter-out deploy,$(CODE))
# Settings without a site: no .env, no file, no secret.
BARE := DEBUG=true SECRET_KEY= DATABASE_URL=sqlite://:memory: UPSTREAM_MIRROR=
# Settings of a public site, for Django's deployment checks. Nothing is ever served with this key.
PUBLIC := DEBUG=false SITE_URL=https://example.org ALLOWED_HOSTS=example.org CSRF_TRUSTED_ORIGINS=https://example.org \
	DATABASE_URL=sqlite://:memory: UPSTREAM_MIRROR= \
	SECRET_KEY=only-for-check-deploy-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH
UV_COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

.PHONY: help
help: ## List the recipes
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the site ---------------------------------------------------------------------------

.PHONY: run
run: port-free $(RUN_STAMP) ## Serve the site on http://127.0.0.1:8000 and keep its data fresh (PORT=8001 for another port)
	@$(PY) -m tools.run

# Said before anything slow is done.
.PHONY: port-free
port-free:
	@$(PYTHON) -m tools.port

.PHONY: migrate
migrate: $(RUN_STAMP) .env ## Bring the database to the current schema
	@$(MANAGE) migrate $(ARGS)

.PHONY: superuser
superuser: migrate ## Create an account for /admin/
	@$(MANAGE) createsuperuser

.PHONY: ingest
ingest: $(RUN_STAMP) .env ## Fetch from the upstreams (ARGS="PRODUCT --since ISO"; ARGS=--list shows the products)
	@$(MANAGE) ingest $(ARGS)

.PHONY: verify
verify: $(RUN_STAMP) .env ## Derive every stored row again from its archived payload and compare
	@$(MANAGE) verify $(ARGS)

# --- tests ------------------------------------------------------------------------------

.PHONY: test
test: $(DEV_STAMP) ## Everything: check, tests on SQLite, in Chromium and on PostgreSQL
	@$(PY) -m tools.suite check test-sqlite test-browser test-postgres

.PHONY: test-unit
test-unit: $(DEV_STAMP) ## The fast tests on SQLite (ARGS="tests/voyager -x")
	@$(PYTEST) -n 2 -m "not browser and not postgres_only and not slow and not chaos" $(ARGS)

.PHONY: test-sqlite
test-sqlite: $(DEV_STAMP) ## All tests but the browser's, on SQLite
	@$(PYTEST) -n 2 -m "not browser and not postgres_only" $(ARGS)

.PHONY: test-browser
test-browser: $(DEV_STAMP) ## The pages in headless Chromium
	@$(PY) -m tools.browser -- $(PYTEST) -m browser $(ARGS)

.PHONY: screenshots
screenshots: $(DEV_STAMP) ## Make the pictures of docs/space-intelligence.md anew
	@$(PY) -m tools.browser -- $(PY) -m tools.screenshots $(ARGS)

.PHONY: test-postgres
test-postgres: $(DEV_STAMP) ## The same tests on a private PostgreSQL that is thrown away afterwards
	@$(PY) -m tools.postgres -- $(PYTEST) -n 2 -m "not browser and not sqlite_only" $(ARGS)

.PHONY: bench
bench: $(DEV_STAMP) ## Measure speed and size (prints ratios and medians, asserts nothing)
	@$(PY) -m bench $(ARGS)

# --- checks -----------------------------------------------------------------------------

.PHONY: check
check: $(DEV_STAMP) ## Lint, format, types, import walls, templates, migrations, deployment settings
	@$(MAKE) --no-print-directory --keep-going check-lint check-types check-walls check-templates check-django

.PHONY: check-lint check-types check-walls check-templates check-django
check-lint:
	$(PY) -m ruff check $(CODE)
	$(PY) -m ruff format --check $(CODE)
check-types:
	$(BARE) $(PY) -m mypy $(TYPED)
check-walls:
	.venv/bin/lint-imports --no-logo
check-templates:
	find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2 --check
	$(PY) -m djlint --lint --quiet --allow-empty-input templates
check-django:
	$(BARE) $(MANAGE) makemigrations --check --dry-run
	$(PUBLIC) $(MANAGE) check --deploy --fail-level WARNING

.PHONY: fmt
fmt: $(DEV_STAMP) ## Format code and templates, mend what can be mended
	$(PY) -m ruff check --fix-only --quiet $(CODE)
	$(PY) -m ruff format $(CODE)
	find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2 || true

# --- requirements -----------------------------------------------------------------------

.PHONY: lock
lock: $(DEV_STAMP) ## Lock requirements*.in with hashes (UPGRADE=1 takes newer versions)
	$(UV_COMPILE) requirements.in --output-file requirements.txt
	$(UV_COMPILE) requirements-dev.in --output-file requirements-dev.txt

.PHONY: audit
audit: $(DEV_STAMP) ## Known vulnerabilities in the locked requirements (needs the network; gates nothing)
	-$(PY) -m pip_audit --disable-pip --require-hashes --requirement requirements.txt

.PHONY: clean
clean: ## Remove what can be made again; data (var/), archive and .env stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	rm -rf var/static var/static.stamp var/cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(RUN_STAMP):
	@$(PYTHON) -m tools.venv $@ requirements.txt

$(DEV_STAMP): | $(RUN_STAMP)
	@$(PYTHON) -m tools.venv $@ requirements.txt requirements-dev.txt

.env:
	@$(PYTHON) -m tools.envfile
