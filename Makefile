# make check is everything that a change must pass, here and in CI. It needs Go
# and make; on Debian and Ubuntu it installs what else the tests run against.

GO ?= go

.PHONY: check tools bench demo fmt flows-doc

check: tools
	@$(GO) run ./cmd/tally

# A real Redis and a real browser: no test runs against an imitation.
tools:
	@sh .ci/tools

bench: tools
	@$(GO) run ./cmd/bench

demo:
	@$(GO) run ./cmd/arraigo demo

fmt:
	@gofmt -w .

flows-doc:
	@$(GO) run ./cmd/arraigo graph > docs/flows.md.new && mv docs/flows.md.new docs/flows.md
