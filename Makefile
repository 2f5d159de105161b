# Doorstroom from the command line. `make help` lists what there is.
# Everything a command needs is set up the first time; only results go to standard output.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help

BIN := .venv/bin
READY := .venv/.ready
RUN := $(BIN)/python -m doorstroom

# What is given on the command line is passed on as it stands, quotes and dollar signs included (`value` does not expand).
given = $(if $(filter command line,$(origin $(1))),$(value $(1)))
override export DOORSTROOM_QUERY := $(call given,Q)
override export DOORSTROOM_FORMAT := $(call given,FORMAT)
override export DOORSTROOM_DATE := $(call given,DATE)
override export DOORSTROOM_KENNIS_OP := $(call given,KENNIS_OP)
override export DOORSTROOM_OP := $(call given,OP)
override export DOORSTROOM_FILE := $(call given,BESTAND)
override export DOORSTROOM_PROEF := $(call given,PROEF)
override export DOORSTROOM_OPNIEUW := $(call given,OPNIEUW)
override export DOORSTROOM_WEEK := $(call given,WEEK)
override export DOORSTROOM_REASON := $(call given,REDEN)
override export DOORSTROOM_FINDING := $(call given,SLEUTEL)
override export DOORSTROOM_UNTIL := $(call given,TOT)
override export DOORSTROOM_VAN := $(call given,VAN)
override export DOORSTROOM_BEVESTIG := $(call given,BEVESTIG)
override export DOORSTROOM_ONGEDAAN := $(call given,ONGEDAAN)
ifeq ($(origin DROP),command line)
override export DOORSTROOM_DROP := $(value DROP)
endif

.PHONY: accepteren afwijzen backfill bench help setup nightly gepubliceerd demo rapport vrijgeven samenvoegen splitsen specificatie sql \
        vergeten warehouse stop up test lint clean

help: ## what can be asked of make
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## install everything into .venv (every other command does this by itself)

nightly: $(READY) ## one whole night: [DATE=2021-02-01] [DROP=/path/or/url]; without DROP the demo region; KENNIS_OP=2020-07-01T06:00 for the marts as they were
	@$(RUN) nightly

gepubliceerd: $(READY) ## every mart as it stood published at a moment, as views: OP=2020-07-01T06:00
	@$(RUN) gepubliceerd

demo: $(READY) ## generate the demo region into .demo/drop
	@$(RUN) demo

vrijgeven: $(READY) ## release a file that was held back: BESTAND=<path within the drop> [REDEN=<why>]
	@$(RUN) vrijgeven

afwijzen: $(READY) ## reject a file that was held back: BESTAND=<path within the drop> REDEN=<why>
	@$(RUN) afwijzen

accepteren: $(READY) ## accept a finding for now: SLEUTEL=<its key> REDEN=<why> TOT=<yyyy-mm-dd>
	@$(RUN) accepteren

samenvoegen: $(READY) ## two pseudonyms are one person: who they are is read from standard input, one a line
	@$(RUN) samenvoegen

splitsen: $(READY) ## two joined pseudonyms are two people after all, likewise
	@$(RUN) splitsen

vergeten: $(READY) ## forget a person (AVG): who it is, is read from standard input; BEVESTIG=1 does it, ONGEDAAN=1 lets deliveries in again
	@$(RUN) vergeten

specificatie: $(READY) ## the delivery specifications for suppliers, as pages that print well
	@$(RUN) specificatie

rapport: $(READY) ## send the weekly report: [PROEF=1] shows who would get what [WEEK=2021-02-01] [OPNIEUW=1]
	@$(RUN) rapport

sql: $(READY) ## a query on the warehouse: Q="select ..." [FORMAT=csv]
	@$(RUN) sql

warehouse: $(READY) ## keep the embedded PostgreSQL serving and print its URL; `make stop` stops it
	@$(RUN) warehouse

stop: $(READY) ## stop the embedded PostgreSQL
	@$(RUN) stop

up: $(READY) ## Airflow with its web interface and scheduler; Ctrl-C stops it
	@$(RUN) up

backfill: $(READY) ## a range of nights through the Airflow of `make up`: VAN=<yyyy-mm-dd> TOT=<yyyy-mm-dd> [DROP=…] [OPNIEUW=1]
	@$(RUN) backfill

bench: $(READY) ## what the way in costs, as ratios against pandas in the same run [ROWS=100000]
	@ROWS=$(or $(ROWS),100000) $(BIN)/python -m doorstroom.bench

lint: $(READY) ## style, types, SQL and structure of the dbt project, lock
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(RUN) lint

test: lint ## every check and every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 20

clean: ## remove what make made, except the state folder: that holds your warehouse
	@if [ -x $(BIN)/python ] && [ -f $(READY) ]; then $(RUN) stop; fi
	@rm -rf .venv .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# The lock is installed as it is (hashes, no resolving): what was tested is what runs.
$(READY): requirements.txt
	@{ \
	  python=; \
	  for candidate in $${PYTHON:-} python3 python3.13 python3.12 python3.11; do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Doorstroom needs Python 3.11, 3.12 or 3.13 with venv; none was found (python3 is $$(python3 --version 2>&1 || true))."; \
	    echo "Install one (on Debian and Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12 ..."; \
	    exit 1; \
	  fi; \
	  if ! $(BIN)/python -c '' 2>/dev/null || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then "$$python" -m venv --clear .venv; fi; \
	  printf 'Installing %s packages into .venv (once, some minutes) ' "$$(grep -c '==' requirements.txt)"; \
	  if ! $(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes --progress-bar off \
	       -r requirements.txt 2>&1 | tee .venv/install.log | awk '/^(Collecting|Installing|Requirement)/{ if (n++ % 8 == 0) { printf "."; fflush() } }'; then \
	    echo " failed:"; tail -n 5 .venv/install.log; echo "The whole story is in .venv/install.log."; exit 1; \
	  fi; \
	  echo " done."; \
	} >&2
	@touch $@
