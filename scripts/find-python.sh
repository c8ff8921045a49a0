#!/bin/sh
# Print the Python to build .venv from: PYTHON if given, else the machine's python3 when it is 3.11–3.13,
# else the newest of those by name. One that can make environments (venv with pip) is preferred.
set -u
fits() { "$1" -c "import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= $2))" 2>/dev/null; }

if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" "(3, 99)" && exec "$PYTHON" -c 'import sys; print(sys.executable)'
    echo "Ошибка: PYTHON=$PYTHON не годится, нужен Python 3.11–3.13." >&2
    exit 1
fi
for parts in "import ensurepip, venv" "pass"; do
    for newest in "(3, 13)" "(3, 99)"; do
        for name in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
            if fits "$name" "$newest" && "$name" -c "$parts" 2>/dev/null; then
                exec "$name" -c 'import sys; print(sys.executable)'
            fi
        done
    done
done
echo "Ошибка: нужен Python 3.11 или новее. Поставьте его (sudo apt install python3) или укажите: PYTHON=/путь make up" >&2
exit 1
