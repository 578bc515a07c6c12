# The work is done by the scripts in .ci; `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := bash

.PHONY: help run watch test check e2e fuzz bench size dist clean

help: ## List the targets
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Install what is missing, build, and start Muster at http://localhost:3000 (ARGS=--empty: without made-up incidents)
	@bash .ci/start.sh $(ARGS)

watch: ## Rebuild on every change and reload the page, still signed in (cargo-leptos, installed at the first call)
	@bash .ci/watch.sh

test: ## Install what is missing, then run every check and every suite
	@bash .ci/test.sh

check: ## Formatting, lints, documentation, types and dependency rules, without the tests
	@bash .ci/test.sh check

e2e: ## Build, then the browser tests alone
	@bash .ci/test.sh e2e

fuzz: ## Random input through every door of the sign-in, FUZZ_SECONDS a target (600; nightly compiler)
	@bash .ci/fuzz.sh $(TARGETS)

bench: ## What tokens and pages cost, beside the least they could (MOST=1000 RUNS=1: shorter; PARTS=tokens: without pages)
	@bash .ci/bench.sh $(PARTS)

size: ## Build, print what the site weighs and record it in frontend/size.txt
	@bash .ci/size.sh

dist: ## One tarball for production, without entra-local: dist/muster-VERSION-TARGET.tar.gz
	@bash .ci/dist.sh

clean: ## Remove everything that was built; the data in .muster stays
	@rm -rf target dist end2end/node_modules end2end/judges/node_modules
