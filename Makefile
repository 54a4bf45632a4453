# Everything a newcomer types. Each target sets up what it needs, in .venv, from hashed requirements.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DOCS := $(VENV)/docs
LAMBDA_PYTHON ?= 3.13
ARCHITECTURE ?= arm64
STACK ?= statewright
.DEFAULT_GOAL := help
.PHONY: help demo unit test e2e distributions smoke lint types contracts docs links bench package deploy update emulators drawing-tools deploy-tools pictures lock clean

CHECK_PYTHON := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

$(DOCS)/docs.stamp: requirements/docs.txt
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/docs.txt
	@touch $@

demo: $(VENV)/run.stamp ## run the handler on a batch of SQS messages and print the outcomes
	@$(BIN)/python -m statewright.cli demo

package: $(VENV)/run.stamp ## build the Lambda package in dist/ (LAMBDA_PYTHON=3.13 ARCHITECTURE=arm64)
	@$(BIN)/python -m deploy.package --python $(LAMBDA_PYTHON) --architecture $(ARCHITECTURE) $(if $(INTERPRETER),--interpreter "$(INTERPRETER)")

deploy: deploy-tools package ## deploy the stack with AWS SAM (STACK=name PARAMETERS="Key=value …")
	SAM_CLI_TELEMETRY=0 .cache/sam/bin/sam deploy --template-file deploy/template.yaml --stack-name $(STACK) --resolve-s3 --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides Runtime=python$(LAMBDA_PYTHON) Architecture=$(ARCHITECTURE) $(PARAMETERS)

update: $(VENV)/run.stamp ## push the package's code to a function (FUNCTION=name, ZIP=…, DRY_RUN=1)
	@$(BIN)/python -m deploy.update $(or $(FUNCTION),$(error name the function: make update FUNCTION=name)) $(if $(ZIP),--zip "$(ZIP)") $(if $(DRY_RUN),--dry-run)

emulators: $(VENV)/dev.stamp ## fetch the services, servers and schemas that tests run against
	@$(BIN)/python -m tests.emulators.provision dynamodb-local ministack sarif-schema yaml-language-server

drawing-tools: $(VENV)/dev.stamp ## fetch the tools that draw and parse the generated pages
	@$(BIN)/python -m tests.emulators.provision mermaid asyncapi-parser

deploy-tools: $(VENV)/dev.stamp ## fetch AWS's deployment tool
	@$(BIN)/python -m tests.emulators.provision sam

UNIT := $(addprefix tests/,analysis diagrams evolution/compat language lint machine reports runtime scenarios) config
unit: $(VENV)/dev.stamp ## run the quick tests of the language, the machine and the runtime, without services
	$(BIN)/python -m pytest -n auto -m "not slow and not services and not e2e" $(UNIT)

test: emulators ## run all tests except end-to-end
	$(BIN)/python -m pytest -n auto

e2e: emulators drawing-tools deploy-tools docs ## run the end-to-end tests: the package in Lambda's runtime, deployment, hooks, drawings
	$(BIN)/python -m pytest -n auto -m e2e

distributions: $(VENV)/dev.stamp ## build the wheel and the sdist in dist/
	rm -f dist/statewright-*.whl dist/statewright-*.tar.gz
	$(BIN)/python -m build --no-isolation --outdir dist

smoke: distributions ## install the wheel and the sdist outside the checkout and run a new project
	PYTHON="$(PYTHON)" .ci/smoke dist/statewright-*.whl
	PYTHON="$(PYTHON)" .ci/smoke dist/statewright-*.tar.gz

lint: $(VENV)/dev.stamp ## check style
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(VENV)/dev.stamp ## check types
	$(BIN)/python -m mypy

contracts: $(VENV)/dev.stamp ## check which module imports which
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

docs: dist/site/.built ## build the documentation site in dist/site; a warning or a broken link is an error
	@echo "The site is in dist/site/index.html"
dist/site/.built: $(DOCS)/docs.stamp $(shell find docs engine/statewright -name '*.md' -o -name '*.py' -o -name '*.css' -o -name '*.js' -o -name '*.svg') CONTRIBUTING.md CHANGELOG.md
	@rm -rf dist/site
	@$(DOCS)/bin/python -m sphinx --quiet --fresh-env --fail-on-warning --doctree-dir $(DOCS)/doctrees docs dist/site
	@touch $@

links: $(DOCS)/docs.stamp ## follow the links to other sites (needs the network)
	@$(DOCS)/bin/python -m sphinx --quiet --builder linkcheck --doctree-dir $(DOCS)/doctrees docs dist/links

bench: $(VENV)/dev.stamp ## compare replay and the handler with their lower bounds
	$(BIN)/python -m bench

pictures: $(VENV)/dev.stamp ## draw the pictures in docs/ (needs Graphviz)
	dot -Tsvg docs/architecture.dot -o docs/architecture.svg
	$(BIN)/python -m tests.docs.pictures

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --no-annotate --custom-compile-command 'make lock'
lock: ## update the hashed requirements (needs uv and npm)
	$(COMPILE) --extra cli pyproject.toml requirements/build.in -o requirements/run.txt
	$(COMPILE) pyproject.toml -c requirements/run.txt -o requirements/lambda.txt
	$(COMPILE) --extra dev pyproject.toml requirements/build.in -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) --extra cli pyproject.toml requirements/docs.in -c requirements/dev.txt -o requirements/docs.txt
	$(COMPILE) requirements/ministack.in -o requirements/ministack.txt
	$(COMPILE) requirements/sam.in -o requirements/sam.txt
	cd requirements/yaml-language-server && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean: ## remove everything that the other targets created
	rm -rf $(VENV) .cache .demo dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
