#!/usr/bin/env bash
# Make the virtual environment $1 with the first Python that is new enough.
set -euo pipefail

find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Rapport needs Python 3.11 or newer, and found none. Install it, or name it: make PYTHON=/path/to/python …" >&2
  return 2
}

python=$(find_python)
if [ -x "$1/bin/python" ] && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
  exit 0
fi
echo "Making $1 with $("$python" --version) …"
if "$python" -c 'import ensurepip' 2>/dev/null; then
  "$python" -m venv --clear "$1"
elif "$python" -m pip --version >/dev/null 2>&1; then
  # Debian keeps ensurepip in a package of its own; any pip can serve another environment.
  "$python" -m venv --clear --without-pip "$1"
  "$python" -m pip --python "$1/bin/python" --quiet install pip
else
  echo "This Python cannot make environments: install its venv module (Debian: apt install python3-venv)." >&2
  exit 2
fi
