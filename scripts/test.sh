#!/bin/sh
# The whole suite on real PostgreSQL, two workers side by side. Arguments go to pytest: make test ARGS="-k clocks".
set -eu
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 DJANGO_SETTINGS_MODULE=otklik.settings
if browser=$(sh scripts/chromium.sh); then
    export OTKLIK_CHROMIUM="$browser"
fi
.venv/bin/python -m otklik.frontend.collecting
exec .venv/bin/python -m pytest -n "${OTKLIK_TEST_WORKERS:-2}" --dist loadgroup "$@"
