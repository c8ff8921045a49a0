#!/bin/sh
# Make the environment in .venv: hash-locked packages, front-end packages, translations.
#   setup.sh        what «make up» needs
#   setup.sh test   and what the tests need
# Each step leaves a stamp and is skipped until its lock file changes, so a second run takes no time.
set -eu
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
unset PYTHONPATH PYTHONHOME
say() { printf '%s\n' "$*" >&2; }
fail() { say "Ошибка: $*"; exit 1; }

# «make up» and «make test» may be started side by side.
exec 9>.setup.lock
if command -v flock >/dev/null; then flock 9; fi

stamp() { cat "$@" | cat - scripts/setup.sh | sha256sum | cut -c1-64; pwd; }
fresh() { name=$1; shift; [ -f ".venv/$name.stamp" ] && [ "$(cat ".venv/$name.stamp")" = "$(stamp "$@")" ]; }
seal() { name=$1; shift; stamp "$@" >".venv/$name.stamp"; }

make_environment() {
    base=$(sh scripts/find-python.sh) || exit 1
    say "Создаю окружение .venv: $("$base" --version)"
    rm -rf .venv
    if "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        "$base" -m venv .venv
        return
    fi
    # Debian and Ubuntu keep this part of Python in a package of its own.
    package="python$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Ставлю $package"
        sh scripts/apt-install.sh "$package" || fail "не удалось поставить пакет $package."
        "$base" -m venv .venv
    elif "$base" -m pip --version >/dev/null 2>&1 && "$base" -m venv --without-pip .venv 2>/dev/null; then
        "$base" -m pip --python .venv/bin/python install -q pip
    else
        fail "в Python нет модуля venv. Поставьте его: sudo apt install $package — и повторите."
    fi
}

works() { .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

install_locked() {
    .venv/bin/python -m pip install -qq --require-hashes --no-deps --only-binary :all: -r "$1" ||
        fail "не удалось поставить пакеты из $1. Проверьте доступ к каталогу пакетов Python (pip) и повторите."
}

works || make_environment
.venv/bin/python -c 'import sys; print(sys.version)' >.venv/python.version

if ! fresh packages requirements.lock pyproject.toml .venv/python.version; then
    say "Ставлю пакеты Python (при первом запуске — около минуты)"
    install_locked requirements.lock
    .venv/bin/python -m pip install -qq --no-deps --no-build-isolation -e .
    seal packages requirements.lock pyproject.toml .venv/python.version
fi

# The tests' own package is no part of what is installed; where it is there already, it may stay.
pages="package.json package-lock.json otklik/frontend/build.py otklik/frontend/icons.txt scripts/npm-ci.sh"
if [ "${1:-}" = test ]; then kind=frontend-test; else kind=frontend; fi
# shellcheck disable=SC2086
if ! fresh "$kind" $pages || [ ! -d otklik/frontend/dist ]; then
    say "Ставлю пакеты для страниц"
    rm -f .venv/frontend-test.stamp
    sh scripts/npm-ci.sh "${1:-}"
    .venv/bin/python otklik/frontend/build.py
    seal frontend $pages
    if [ "${1:-}" = test ]; then seal frontend-test $pages; fi
fi

.venv/bin/python -m otklik.operations.catalogues

if [ "${1:-}" = test ] && ! fresh test-packages requirements-test.lock .venv/python.version; then
    say "Ставлю пакеты для проверок"
    install_locked requirements-test.lock
    seal test-packages requirements-test.lock .venv/python.version
fi
