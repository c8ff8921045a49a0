#!/bin/sh
# Everything that is checked without running the program. All checks run; any failure fails the whole.
set -u
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 DJANGO_SETTINGS_MODULE=otklik.settings
# Types and migrations load the settings, which would make keys in a data folder: here it is a scratch one.
OTKLIK_HOME=$(mktemp -d)
export OTKLIK_HOME
trap 'rm -rf "$OTKLIK_HOME"' EXIT
failed=
check() {
    name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || failed="$failed «$name»"
}
check "ruff" .venv/bin/ruff check .
check "mypy" .venv/bin/python -m mypy
check "порядок комнат" .venv/bin/lint-imports
check "забытые миграции" .venv/bin/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
if [ -n "$failed" ]; then
    echo "Не прошли:$failed" >&2
    exit 1
fi
