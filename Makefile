# Every target does its own set-up. Python 3.11 or newer; on Debian and Ubuntu nothing else.
PYTHON ?= python3
ARGS ?=
ifdef PORT
export PORT
endif

.DEFAULT_GOAL := help
.PHONY: help run up down demo test check audit bench compose-env lock

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 — /p' Makefile

run: ## run the product: servers, web, worker, beat; stop with Ctrl-C
	@exec $(PYTHON) bin/mt run

up: ## start the private servers in the background, so that ./manage.py works anywhere
	@$(PYTHON) bin/mt up

down: ## stop the private servers
	@$(PYTHON) bin/mt down

demo: ## empty the demo and load it anew
	@$(PYTHON) bin/mt demo

test: ## run the tests (make test ARGS="tests/kernel -k period")
	@$(PYTHON) bin/mt test $(ARGS)

check: ## linters, types, import contracts, migrations
	@$(PYTHON) bin/mt check

audit: ## look for known holes in packages and code
	@$(PYTHON) bin/mt audit

bench: ## measure (make bench ARGS=engine)
	@$(PYTHON) bin/mt bench $(ARGS)

compose-env: ## write the passwords that docker compose needs to .env
	@$(PYTHON) bin/mt compose-env

lock: ## compile requirements/*.in
	@$(PYTHON) bin/mt lock
