#!/bin/sh
# One archive from which the program installs with no network, for this machine's Python and platform:
#   dist/otklik-VERSION-cp311-linux_x86_64.tar
# In it: wheels (the program with its built pages, PostgreSQL, everything locked), install.sh, units, documents.
set -eu
cd "$(dirname "$0")/.."
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
say() { printf '%s\n' "$*" >&2; }
python=.venv/bin/python
out=${1:-dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

name=$($python - <<'PY'
import pathlib, sys, sysconfig, tomllib
version = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]["version"]
platform = sysconfig.get_platform().replace("-", "_")
print(f"otklik-{version}-cp{sys.version_info.major}{sys.version_info.minor}-{platform}")
PY
)
root=$work/$name
mkdir -p "$root/wheels" "$work/source"

say "Собираю программу"
# From a clean copy: what an earlier build or a run left behind must not get in.
cp -R pyproject.toml otklik "$work/source/"
rm -rf "$work/source/otklik/frontend/collected"
find "$work/source" -name __pycache__ -prune -exec rm -rf {} +
$python -m pip wheel -qq --no-deps --no-build-isolation -w "$root/wheels" "$work/source"

say "Собираю пакеты"
# setuptools is what the wheel above was made with; nothing needs it to run.
$python scripts/bundled_requirements.py requirements.lock >"$work/locked.txt"
$python -m pip download -qq --require-hashes --no-deps --only-binary :all: -r "$work/locked.txt" -d "$root/wheels"
# pip itself, as this Python carries it: a Debian without python3-venv has none.
$python scripts/bundled_requirements.py --pip "$root/wheels"

cp deploy/bundle/install.sh "$root/"
cp -R deploy/systemd docs "$root/"
cp deploy/nginx.conf "$root/"
cp -R deploy/task "$root/"
mkdir "$root/regions"
cp -R otklik/regions/README.md otklik/regions/volgograd "$root/regions/"
find "$root" -name __pycache__ -prune -exec rm -rf {} +
(cd "$root" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)

mkdir -p "$out"
# The same files give the same archive. Wheels are compressed already.
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2020-01-01 00:00Z' \
    -cf "$work/archive" "$name"
mv "$work/archive" "$out/$name.tar"
say "Готово: $out/$name.tar, $(du -m "$out/$name.tar" | cut -f1) МБ"
echo "$out/$name.tar"
