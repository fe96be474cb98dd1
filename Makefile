# Everything that set-up makes lies in .venv; `make` alone lists the targets.
PYTHON ?= python3.11
RUN := .venv/bin/python
CHECKED := gateway detectors editors deploy

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format verify clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## Build the gateway's environment and vLLM's for the CPU (again only when needed)
	@command -v $(PYTHON) >/dev/null || { \
	  echo "set-up: $(PYTHON) is not installed; name a Python 3.11 with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) deploy/setup_environments.py
	@$(RUN) -m detectors.service.prepare

demo: setup ## Watch a real vLLM forget a person, and nobody else
	@$(RUN) -m deploy.demo.demo

serve: setup ## Run vLLM with the demo model and the gateway until Ctrl-C
	@$(RUN) -m deploy.demo.serve

test: setup ## Run every test, those against the real vLLM too
	@$(RUN) -m pytest

lint: setup ## Check style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy $(addprefix -p ,$(CHECKED))

format: setup ## Rewrite the sources in the project's style
	@$(RUN) -m ruff check --fix --quiet .
	@$(RUN) -m ruff format .

verify: setup ## Longer checks: killed imports, the demo model's scores, what leaks through guards
	@$(RUN) -m deploy.killed_imports
	@$(RUN) -m deploy.demo.score
	@.venv/bin/lethe eval leakage --demo --baseline

clean: ## Remove what set-up, tests and builds made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
