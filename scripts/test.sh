#!/bin/sh
# The whole suite on real PostgreSQL, two workers side by side. Arguments go to pytest: make test ARGS="-k clocks".
set -eu
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 DJANGO_SETTINGS_MODULE=otklik.settings
# Hundreds of processes of ours start here: compiled once, not by each of them (half a second of work).
unset PYTHONDONTWRITEBYTECODE
if browser=$(sh scripts/chromium.sh); then
    export OTKLIK_CHROMIUM="$browser"
fi
.venv/bin/python -m compileall -q otklik tests || true  # what does not compile is told by its test
.venv/bin/python -m otklik.frontend.collecting
exec .venv/bin/python -m pytest -n "${OTKLIK_TEST_WORKERS:-2}" --dist loadgroup "$@"
