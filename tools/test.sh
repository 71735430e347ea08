#!/usr/bin/env bash
# make test: fast tests first and side by side, then those that drive a browser.
set -euo pipefail
pytest=(.venv/bin/python -m pytest)

# A real mail server for the tests of live mailboxes; without it they are skipped, but not in CI.
if ! command -v dovecot >/dev/null && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get -qq update
  apt-get -qq install --yes --no-install-recommends dovecot-imapd >/dev/null
fi

"${pytest[@]}" -n "${RAPPORT_TEST_WORKERS:-2}" --dist loadscope "$@"

find_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

shopt -s nullglob
journeys=(e2e/test_*.py)
if [ ${#journeys[@]} -eq 0 ]; then
  exit 0
fi
if ! find_browser >/dev/null && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get -qq update
  apt-get -qq install --yes --no-install-recommends chromium >/dev/null
fi
if browser=$(find_browser); then
  CHROMIUM=$browser "${pytest[@]}" -n "${RAPPORT_TEST_WORKERS:-2}" --dist loadfile e2e
elif [ "${CI:-}" = true ]; then
  echo "No Chromium here, and it could not be installed: the browser tests did not run." >&2
  exit 1
else
  echo "No Chromium here: the browser tests were SKIPPED (Debian: apt install chromium)." >&2
fi
