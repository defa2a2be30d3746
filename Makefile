# The two commands are `make run` and `make test`; each installs what is missing by itself.
# CMake presets and npm scripts do the work: this file only calls them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

# Node 22 from the lock file comes first, whatever the distribution's is.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# All checkouts share what ccache keeps, the sanitizers' builds with their debug information too.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
# Options of the demo, given as `make run PHOTOS=~/Pictures` or `make run BUCKET=name PREFIX=actors/`.
export PHOTOS BUCKET PREFIX LATENCY_MS PORT ALLOW_DELETE OPEN S3_PORT STATE_DIR

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 600
SECONDS ?= 1800

.PHONY: help run test test-deep torture soak build build-native build-console build-wasm build-web sbom bench fuzz lint format package install clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Start an S3 server, the cache and the demo page (PHOTOS=dir | BUCKET=name PREFIX=dir/)
	@scripts/bootstrap build web
	$(MAKE) -s build-native build-web
	exec node web/demo/run.ts

test: ## Everything that must hold, on both targets and in the browser (under 15 minutes)
	@scripts/bootstrap build web test
	$(MAKE) build TARGETS=all
	npm run -s typecheck
	ctest --preset native-release -j $(JOBS)
	ctest --preset wasm-release -j $(JOBS)
	npm test

test-deep: ## What takes longer: sanitizers, crashes under load, short fuzzing (PARTS="asan_build asan_native …")
	@scripts/bootstrap build web test fuzz package proxies
	scripts/test-deep $(PARTS)

torture: ## Kill the server under load and check what it keeps (ROUNDS=500, SEED=random)
	@scripts/bootstrap build web test
	$(MAKE) build-native
	npm run -s torture -w tests

soak: ## Good, bad and broken traffic for half an hour: all answered right, nothing grows (SECONDS=1800, SEED=random)
	@scripts/bootstrap build web test
	$(MAKE) build-native
	npm run -s soak -w tests -- $(SECONDS)

build: build-native build-wasm build-web sbom ## Build the server, the module and the web package; list what is in them

# Without TARGETS only what a user runs is built; `TARGETS=all` adds the tests.
TARGETS ?= image-cache
build-native: build-console
	@scripts/configure native-release
	cmake --build --preset native-release -j $(JOBS) --target $(TARGETS)

# The server carries its page within itself. Without npm it is built all the same, and says at / that the page is not there.
build-console:
	@if [ -d node_modules/uplot ]; then npm run -s build -w image-cache-console
	else echo "make: the server's own page is left out: scripts/bootstrap web brings what builds it" >&2; fi

build-wasm:
	@scripts/configure wasm-release
	cmake --build --preset wasm-release -j $(JOBS) --target $(if $(filter all,$(TARGETS)),all,image_cache_wasm)

build-web: build-wasm
	@npm run -s build -w image-cache

sbom: build-native build-wasm ## List all dependencies with versions and licences: build/image-cache.spdx.json
	@node --disable-warning=ExperimentalWarning scripts/sbom/main.ts

bench: ## The tables of docs/benchmarks.md, measured here (SECTIONS="gallery serving …"); text and JSON in build/bench
	@scripts/bootstrap build web test bench
	$(MAKE) build TARGETS="image-cache bench_tools"
	npm run -s bench -w tests -- $(SECTIONS)

fuzz: ## Each fuzz harness for FUZZ_SECONDS (600)
	@scripts/bootstrap build fuzz
	scripts/fuzz $(FUZZ_SECONDS)

lint: ## Static checks of C++ and TypeScript
	@scripts/bootstrap build web lint
	$(MAKE) build-wasm build-web
	scripts/lint

format: ## Lay out all sources
	@scripts/bootstrap web lint
	git ls-files '*.cpp' '*.h' | xargs clang-format -i
	npm run -s format

package: ## Make the Debian package: build/image-cache_VERSION_ARCHITECTURE.deb
	@scripts/bootstrap build web package
	$(MAKE) build-native TARGETS="image-cache installed_files"
	cpack --config build/native-release/CPackConfig.cmake -B build/native-release/package
	cp build/native-release/package/*.deb build

install: ## Install the server (PREFIX=/usr/local, DESTDIR=)
	@scripts/bootstrap build web
	$(MAKE) build-native TARGETS="image-cache installed_files"
	DESTDIR=$(DESTDIR) cmake --install build/native-release --prefix $(or $(PREFIX),/usr/local)

clean: ## Remove what was built; the demo's bucket and cache (.run) too
	rm -rf build .run web/*/dist web/image-cache/src/module/generated
