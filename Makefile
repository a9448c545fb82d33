# make help lists what there is. Postgres is installed where it is missing; Rust is not.

PREFIX ?= /usr/local
DESTDIR ?=
CARGO ?= cargo
# Arguments for cargo test: make test ARGS='race -- --nocapture'
ARGS ?=
export PATH := $(PATH):$(HOME)/.cargo/bin

bindir = $(DESTDIR)$(PREFIX)/bin
datadir = $(DESTDIR)$(PREFIX)/share
target = $(or $(CARGO_TARGET_DIR),target)

.DEFAULT_GOAL := help
.PHONY: help demo test prove bench check fmt sqlx generated build install uninstall clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## a day in a shared inbox, played on a private Postgres
	@.ci/toolchain
	@.ci/postgres >/dev/null
	@$(CARGO) build --bin inbox
	@$(target)/debug/inbox demo

test: ## all tests; PG=18 on that Postgres, TLS=1 on a server with TCP, password and TLS, POOLER=1 behind PgBouncer
	@PG='$(PG)' TLS='$(TLS)' POOLER='$(POOLER)' .ci/test $(ARGS)

prove: ## faults of every kind under load, at full size; ARGS='network half-open' chooses rows, SEED=N repeats a run
	@SEED='$(SEED)' PG='$(PG)' OLDER='$(OLDER)' .ci/prove $(ARGS)

bench: ## speed, against psql and pgbench on the same server
	@.ci/bench

check: ## format, lints, docs, recorded queries, leaked paths
	@.ci/check

fmt: ## format the code
	@$(CARGO) fmt

sqlx: ## record what the database says about each query and trigger, after a change of SQL or migrations
	@.ci/sqlx

generated: ## write completions/ and man/ anew
	@.ci/toolchain
	@$(CARGO) build --bin inbox
	@mkdir -p completions man && rm -f man/*.[17]
	@$(target)/debug/inbox completions bash >completions/inbox.bash
	@$(target)/debug/inbox completions zsh >completions/_inbox
	@$(target)/debug/inbox completions fish >completions/inbox.fish
	@$(target)/debug/inbox man --dir man

build:
	@.ci/toolchain
	@$(CARGO) build --release --bin inbox

install: build ## put inbox, its completions and man pages under PREFIX (/usr/local)
	install -d '$(bindir)' '$(datadir)/bash-completion/completions' '$(datadir)/zsh/site-functions' \
	  '$(datadir)/fish/vendor_completions.d' '$(datadir)/man/man1' '$(datadir)/man/man7'
	install -m 755 '$(target)/release/inbox' '$(bindir)/inbox'
	install -m 644 completions/inbox.bash '$(datadir)/bash-completion/completions/inbox'
	install -m 644 completions/_inbox '$(datadir)/zsh/site-functions/_inbox'
	install -m 644 completions/inbox.fish '$(datadir)/fish/vendor_completions.d/inbox.fish'
	install -m 644 man/*.1 '$(datadir)/man/man1/'
	install -m 644 man/*.7 '$(datadir)/man/man7/'

uninstall: ## remove what install has put there
	rm -f '$(bindir)/inbox' '$(datadir)/bash-completion/completions/inbox' '$(datadir)/zsh/site-functions/_inbox' \
	  '$(datadir)/fish/vendor_completions.d/inbox.fish'
	for page in man/*.1; do rm -f '$(datadir)/man/man1/'"$${page##*/}"; done
	for page in man/*.7; do rm -f '$(datadir)/man/man7/'"$${page##*/}"; done

clean: ## stop the tests' servers and remove everything built
	@.ci/clean
