# make run   serve form, scores, documentation and workbook with the demonstration study, on SQLite
# make test  every test, the fault runs under the race detector too where there is a C compiler; brings up PostgreSQL and Chromium itself
# make bench speed and memory, as ratios against a named baseline in the same run
export CGO_ENABLED = 0

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
BUILD   := go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"

.PHONY: run build test race soak fuzz bench

run: build
	./bin/paxscore serve --demo

build:
	$(BUILD) -o bin/paxscore ./cmd/paxscore

test:
	./internal/testenv/install.sh
	go vet ./...
	go test -timeout 15m ./...
	if command -v cc >/dev/null; then CGO_ENABLED=1 go test -race -timeout 15m -run 'FaultKilled|FaultQueueFull' ./cmd/paxscore; fi

# the same under the race detector, which needs a C compiler
race:
	./internal/testenv/install.sh
	CGO_ENABLED=1 go test -race -timeout 30m ./...

# the fault runs at full length, which make test has short: 512 clients, twenty kills; under the race detector where there is
# a C compiler
soak:
	./internal/testenv/install.sh
	if command -v cc >/dev/null; then export CGO_ENABLED=1; race=-race; fi; \
	PAXSCORE_SOAK=1 go test $$race -count=1 -v -timeout 60m -run 'Fault|SeveralServers|Once' ./cmd/paxscore

# every fuzz target for FUZZTIME each
FUZZTIME ?= 20s
fuzz:
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# BENCHFLAGS for paxscore bench, as --responses 10000000; the PostgreSQL it measures is a new one with default settings
BENCHFLAGS ?=
bench: build
	./internal/testenv/install.sh
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...
	./internal/testenv/with-postgres.sh ./bin/paxscore bench $(BENCHFLAGS) --db
