# One line a habit. `make run` and `make test` do all their own set-up; the rest assume nothing more.
HOST ?= 127.0.0.1
PORT ?= 8000
SOURCES ?= seeds
SIZE ?= 10k 100k
BUILD_OPTIONS ?=
MINUTES ?= 60
BIN := .venv/bin

.PHONY: run test docs pictures pagecheck stranger lint types format unit coverage browser test-cluster test-machine wheel quality bench pages torture mutants build check clean help

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: .venv/run   ## set up, build the index from SOURCES (default seeds), serve on HOST:PORT
	$(BIN)/bangfu build $(SOURCES) $(BUILD_OPTIONS)
	$(BIN)/bangfu serve --host $(HOST) --port $(PORT)

build: .venv/run ## build the index only
	$(BIN)/bangfu build $(SOURCES) $(BUILD_OPTIONS)

test: lint types unit   ## everything that must be green before a change lands

lint: .venv/dev  ## ruff: errors and form
	$(BIN)/ruff check search web tests docs/site
	$(BIN)/ruff format --check search web tests docs/site

types: .venv/dev ## mypy --strict over search, web and the benchmark
	$(BIN)/mypy

unit: .venv/dev  ## the suite, browser tests included where a Chromium is found
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

docs: .venv/dev  ## the documentation as a site in two languages, in build/docs
	$(BIN)/python docs/site/build.py

pictures: .venv/dev ## take the pictures of the documentation again (needs a Chromium)
	TAKE_PICTURES=1 $(BIN)/python -m pytest -q -n 0 tests/web/test_browser_tour.py

pagecheck: .venv/dev ## every kind of page by vnu, html-validate and Lighthouse (needs Node, Java and a Chromium)
	$(BIN)/python -m tests.node.pages

coverage: .venv/dev ## the suite without browser and cluster, and the share of lines it runs, room by room
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not browser and not cluster" --cov --cov-report=term:skip-covered

browser: .venv/dev ## only the tests in a real Chromium
	$(BIN)/python -m pytest -q -m browser

test-cluster: .venv/dev ## the distributed engine on real OpenSearch nodes; needs Java 21 and Maven, else it says what is missing
	$(BIN)/python -m pytest -q -m cluster

test-machine: .venv/dev ## the systemd unit booted, the container built and run; needs root, systemd, podman, else it says what is missing
	$(BIN)/python -m pytest -q -n 0 -m machine

wheel: .venv/dev ## the wheel, installed in a clean environment of every Python from 3.11 on that is here, and walked through
	$(BIN)/python -m tests.packaging

stranger: .venv/dev ## the tour of the documentation as a stranger walks it, from pip install to a notebook (needs the registry)
	$(BIN)/python -m tests.packaging.stranger

format: .venv/dev ## rewrite the form ruff would complain of
	$(BIN)/ruff check --fix search web tests docs/site
	$(BIN)/ruff format search web tests docs/site

quality: .venv/dev ## judged material: restoration, labels, ranking, links, figures
	$(BIN)/python -m tests.quality

bench: .venv/bench ## timed comparison with other engines, twice; SIZE="10k 100k" (the default), or 1m (an hour)
	$(BIN)/python -m tests.bench --sizes $(SIZE) --runs 2

pages: .venv/bench ## timed pages over HTTP at 100,000 passages (needs wrk)
	$(BIN)/python -m tests.bench.serve

torture: .venv/dev ## the long laws: kills, power cuts, flipped bits, hostile files, requests and connections, thousands of random cases
	HYPOTHESIS_PROFILE=torture $(BIN)/python -m pytest -q -n 2 -m "not browser"
	$(BIN)/python -m tests.torture

lock: .venv/dev  ## write ops/requirements.lock again, from pyproject.toml (needs the registry)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	(sed -n '/^#/p' ops/requirements.lock; $(BIN)/uv pip compile pyproject.toml --extra opensearch --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet) > ops/requirements.new
	mv ops/requirements.new ops/requirements.lock

soak: .venv/dev  ## mixed load for MINUTES (default 60): 64 clients, exports, slow clients, a rebuild a minute
	$(BIN)/python -m tests.torture.soak --minutes $(MINUTES)

mutants: .venv/dev ## break some fifty behaviours one at a time; each must be noticed by a test
	$(BIN)/python -m tests.mutants

check: .venv/run ## verify every file of the index
	$(BIN)/bangfu check

clean:           ## remove what can be made again (not the ledger)
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/artefacts

.venv/bin/python:
	@sh .ci/make-venv

.venv/run: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/run

.venv/bench: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@
