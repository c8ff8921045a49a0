#!/bin/sh
# Pin every package by version and hash, for all supported Pythons at once. UPGRADE=1 takes newer versions.
set -eu
cd "$(dirname "$0")/.."
lock() {
    target=$1
    shift
    # No addresses in the files: where packages come from is each machine's own matter.
    .venv/bin/uv pip compile "$@" --universal --generate-hashes --python-version 3.11 \
        --no-header --no-emit-index-url --no-emit-find-links --quiet ${UPGRADE:+--upgrade} -o "$target"
    if grep -nE '://|--(index|extra-index|find-links)' "$target"; then
        echo "Ошибка: в $target попал адрес." >&2
        exit 1
    fi
}
# The larger set first: the program's own packages then follow it, and both can stand in one environment.
lock requirements-test.lock pyproject.toml --group build --group dev
lock requirements.lock pyproject.toml --group build -c requirements-test.lock
lock requirements-node.lock --group node
if command -v npm >/dev/null; then
    npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
    if grep -n '"resolved"' package-lock.json; then
        echo "Ошибка: в package-lock.json попали адреса." >&2
        exit 1
    fi
fi
