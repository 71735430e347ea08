#!/usr/bin/env bash
# make check: what CI runs after the tests, and nothing more. Each rule runs; all that fail are named at the end.
set -uo pipefail
export PATH="$PWD/.venv/bin:$PATH"
RAPPORT_HOME=$(mktemp -d)
export RAPPORT_HOME
trap 'rm -rf "$RAPPORT_HOME"' EXIT
failed=()

rule() {
  local name=$1
  shift
  local began=$SECONDS
  if output=$("$@" 2>&1); then
    printf '  ok      %-14s %3d s\n' "$name" $((SECONDS - began))
  else
    failed+=("$name")
    printf '  FAILED  %-14s\n%s\n' "$name" "$output"
  fi
}

rule format ruff format --check .
rule lint ruff check .
rule types mypy rapport
rule river lint-imports
rule templates djlint rapport --lint --quiet
rule migrations env DATABASE_URL=postgresql://127.0.0.1:9/none python -W ignore manage.py makemigrations --check --dry-run
rule dead-code vulture
rule dependencies deptry .
rule translations python tools/messages.py check
if [ ${#failed[@]} -gt 0 ]; then
  echo "make check: failed: ${failed[*]}" >&2
  exit 1
fi
