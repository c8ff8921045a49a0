#!/bin/sh
# Install Отклик, or bring it to this version, from this folder alone: no network is used.
#
#   sudo sh install.sh                  into /opt/otklik, data in /var/lib/otklik, settings in /etc/otklik
#   sh install.sh --prefix ПАПКА --home ПАПКА --no-systemd
#
# Safe to repeat. A new version is installed beside the old one. Before the tables change a copy is made with the old
# program; if anything fails after that, the old version and the copy come back, and the exit code is 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/opt/otklik home= config=/etc/otklik user=otklik systemd=auto start=yes
say() { printf '%s\n' "$*"; }
fail() { printf 'Ошибка: %s\n' "$*" >&2; exit 1; }
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) prefix=$2; shift 2 ;;
        --home) home=$2; shift 2 ;;
        --config) config=$2; shift 2 ;;
        --user) user=$2; shift 2 ;;
        --no-systemd) systemd=no; shift ;;
        --no-start) start=no; shift ;;
        -h|--help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) fail "непонятно: $1 (см. --help)" ;;
    esac
done
[ "$(id -u)" = 0 ] || user=$(id -un)
home=${home:-${OTKLIK_HOME:-/var/lib/otklik}}
[ -d /run/systemd/system ] || systemd=no
[ "$systemd" = no ] || systemd=yes
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_INDEX=1
unset PYTHONPATH PYTHONHOME PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS 2>/dev/null || true
umask 022

# --- what we have ----------------------------------------------------------------------------------------------
cd "$here"
sha256sum -c --quiet --strict SHA256SUMS || fail "файлы повреждены (см. выше): возьмите архив заново."
if [ "$(id -u)" = 0 ] && ! id "$user" >/dev/null 2>&1; then
    # a group that a removed account left behind is taken up again
    if getent group "$user" >/dev/null; then own="--gid $user"; else own=--user-group; fi
    # shellcheck disable=SC2086
    useradd --system $own --no-create-home --home-dir "$home" --shell /usr/sbin/nologin "$user" ||
        fail "не удалось завести пользователя $user."
fi
wanted=
for wheel in wheels/psycopg_binary-*-cp3*-*.whl; do
    wanted=$(basename "$wheel" | sed -n 's/.*-cp3\([0-9]*\)-cp3.*/3.\1/p')
done
python=
runs() {
    # Root's own Python may lie where the account cannot look.
    [ "$(id -u)" != 0 ] || set -- setpriv --reuid "$user" --regid "$user" --init-groups "$@"
    "$@" -c "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$wanted')" 2>/dev/null
}
for name in "${PYTHON:-}" "python$wanted" "/usr/bin/python$wanted" python3 /usr/bin/python3; do
    if [ -n "$name" ] && command -v "$name" >/dev/null && runs "$(command -v "$name")"; then
        python=$(command -v "$name")
        break
    fi
done
[ -n "$python" ] || fail "нужен Python $wanted: архив собран для него. Поставьте его или соберите архив на такой же машине."
id=$(ls wheels | sed -n 's/^otklik-\([^-]*\)-.*/\1/p')-$(sha256sum SHA256SUMS | cut -c1-10)
release=$prefix/releases/$id
current=$(readlink "$prefix/current" 2>/dev/null || true)
[ -z "$current" ] || current=$prefix/$current

# --- whose it is -----------------------------------------------------------------------------------------------
mkdir -p "$prefix/releases" "$prefix/bin" "$config" "$home" "$home/backups"
if [ "$(id -u)" = 0 ]; then
    # A server that root started left folders of root: from now on one account has all of it.
    chown -R "$user:" "$home"
    chgrp "$user" "$config"
fi
chmod 750 "$home" "$config"

# --- settings, made once ---------------------------------------------------------------------------------------
if [ ! -e "$config/otklik.env" ]; then
    cat >"$config/otklik.env" <<ENV
# Настройки хоста: по одной в строке, без пробелов вокруг «=». Что есть ещё: docs/running.md
OTKLIK_HOME=$home
OTKLIK_HOSTS=127.0.0.1,localhost
# За прокси с TLS:
# OTKLIK_HTTPS=1
# Своя PostgreSQL (адрес владельца — в owner.env):
# DATABASE_URL=postgresql://otklik_app:ПАРОЛЬ@АДРЕС/otklik
ENV
    chmod 640 "$config/otklik.env"
    [ "$(id -u)" != 0 ] || chgrp "$user" "$config/otklik.env"
fi

# --- the program, beside what is there -------------------------------------------------------------------------
if [ ! -e "$release/.complete" ]; then
    say "Ставлю версию $id"
    rm -rf "$release"
    "$python" -m venv --without-pip "$release"
    for wheel in wheels/*.whl; do
        case $wheel in wheels/pip-*) continue ;; esac
        name=$(basename "$wheel" | cut -d- -f1) version=$(basename "$wheel" | cut -d- -f2)
        printf '%s==%s --hash=sha256:%s\n' "$name" "$version" "$(sha256sum "$wheel" | cut -c1-64)"
    done >"$release/requirements.txt"
    "$release/bin/python" "$(ls wheels/pip-*.whl)/pip" install -qq --no-index --no-deps --require-hashes --no-cache-dir \
        --find-links wheels -r "$release/requirements.txt" || fail "пакеты не встали (см. выше)."
    OTKLIK_HOME=$release "$release/bin/python" -m otklik.frontend.collecting
    rm -rf "$release/secrets"
    cp -R docs regions systemd "$release/"
    cp nginx.conf "$release/"
    touch "$release/.complete"
else
    say "Версия $id уже стоит"
fi

# --- the command: settings, account, version -------------------------------------------------------------------
cat >"$prefix/bin/otklik.new" <<WRAPPER
#!/bin/sh
# Runs the installed version with the host's settings, as the account that owns the data.
load() { [ ! -r "\$1" ] || while IFS='=' read -r name value; do
    case \$name in ''|*[!A-Z_0-9]*) continue ;; esac
    eval "export \$name=\\\$value"
done <"\$1"; }
region=\${OTKLIK_REGION:-}
load "$config/otklik.env"
load "$config/owner.env"
if [ -n "\$region" ]; then load "$config/\$region.env"; load "$config/owner-\$region.env"; OTKLIK_REGION=\$region; export OTKLIK_REGION; fi
PYTHONUTF8=1; export PYTHONUTF8
if [ "\$(id -u)" = 0 ] && [ "$user" != root ]; then
    exec setpriv --reuid "$user" --regid "$user" --init-groups "\${OTKLIK_RELEASE:-$prefix/current}/bin/otklik" "\$@"
fi
exec "\${OTKLIK_RELEASE:-$prefix/current}/bin/otklik" "\$@"
WRAPPER
chmod 755 "$prefix/bin/otklik.new"
mv "$prefix/bin/otklik.new" "$prefix/bin/otklik"
otklik() { version=$1; shift; OTKLIK_RELEASE=$version OTKLIK_REGION=${region:-} "$prefix/bin/otklik" "$@"; }
# Regions that have a database here: the first one, and those of files alone.
regions() { echo; for place in "$home"/regions/*/; do [ ! -d "${place}region" ] || basename "$place"; done; }

# --- switching -------------------------------------------------------------------------------------------------
units() { systemctl list-units --plain --no-legend --state=active,activating 'otklik-*.s*' | cut -d' ' -f1; }
in_use() { [ -e "$home/postgresql/use.lock" ] && ! flock -n -x "$home/postgresql/use.lock" true; }
point_to() { ln -sfn "releases/$(basename "$1")" "$prefix/current.new" && mv -fT "$prefix/current.new" "$prefix/current"; }
running=
stop_all() {
    if [ "$systemd" = yes ]; then
        running=$(units)
        # Sockets stay: whoever asks meanwhile waits for the answer.
        echo "$running" | grep -v '\.socket$' | xargs -r systemctl stop
    fi
    ! in_use || fail "программа запущена не службой: остановите её (Ctrl-C) и повторите."
}
start_all() { [ "$systemd" != yes ] || echo "$running" | xargs -r systemctl start; }
answers() {
    [ "$systemd" = yes ] && echo "$running" | grep -q '^otklik-web\.s' || return 0
    "$release/bin/python" - <<'PY'
import sys, time, urllib.request
for _ in range(60):
    try:
        sys.exit(urllib.request.urlopen("http://127.0.0.1:8000/accounts/login/", timeout=30).status != 200)
    except OSError:
        time.sleep(1)
sys.exit(1)
PY
}
copies=$home/backups/before-$id
roll_back() {
    say "Не вышло: возвращаю прежнюю версию и данные"
    [ "$systemd" != yes ] || units | grep -v '\.socket$' | xargs -r systemctl stop
    point_to "$current"
    for region in "" $(regions); do
        copy=$copies${region:+-$region}.tar
        [ ! -e "$copy" ] || otklik "$current" restore --replace "$copy" >/dev/null ||
            fail "данные не вернулись сами: выполните «otklik restore --replace $copy»."
    done
    start_all
    fail "осталась версия $(basename "$current"), данные прежние. Причина — выше."
}

if [ -z "$current" ]; then
    region= otklik "$release" migrate || fail "таблицы не готовы (см. выше). Повторите, когда исправите."
    point_to "$release"
elif [ "$current" != "$release" ]; then
    say "Перехожу с $(basename "$current") на $id"
    stop_all
    for region in "" $(regions); do
        rm -f "$copies${region:+-$region}.tar"
        otklik "$current" backup "$copies${region:+-$region}.tar" || { start_all; fail "копия не сделана, ничего не менялось."; }
    done
    for region in "" $(regions); do otklik "$release" migrate || roll_back; done
    point_to "$release"
    start_all
    answers || roll_back
    # The version before this one stays for a way back by hand; older ones go.
    ls -1dt "$prefix"/releases/*/ | tail -n +4 | while read -r old; do
        [ "${old%/}" = "$release" ] || [ "${old%/}" = "$current" ] || rm -rf "$old"
    done
fi
region=

# --- services --------------------------------------------------------------------------------------------------
if [ "$systemd" = yes ]; then
    for unit in systemd/*; do
        sed "s#/opt/otklik#$prefix#g; s#/etc/otklik#$config#g; s#/var/lib/otklik#$home#g; s#^\(User\|Group\)=otklik#\1=$user#" \
            "$unit" >"/etc/systemd/system/$(basename "$unit")"
    done
    systemctl daemon-reload
    if [ "$start" = yes ]; then
        systemctl enable --quiet otklik-web.socket otklik-backup.timer otklik.target
        systemctl start otklik.target
    fi
fi
[ "$(id -u)" != 0 ] || [ "$prefix" != /opt/otklik ] || ln -sfn "$prefix/bin/otklik" /usr/local/bin/otklik
say "Готово: версия $id. Команды: $prefix/bin/otklik --help. Настройки: $config/otklik.env"
