# The two commands: `make run` and `make test`. CMake presets and npm scripts do the work.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Node 22 from the lock file, whatever the distribution's is; Emscripten looks for its packages here.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help bootstrap
help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
