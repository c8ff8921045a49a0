#!/bin/sh
# Print the Chromium that browser tests use; install Debian's when there is none and we are root.
# Ubuntu's package is only a signpost to a snap, so a browser counts when it can say its version.
set -u
cd "$(dirname "$0")/.."
find_browser() {
    for name in "${OTKLIK_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$name" ] && command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}
find_browser && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Ставлю Chromium для проверок в браузере (около минуты)" >&2
    sh scripts/apt-install.sh chromium && find_browser && exit
fi
echo "Нет Chromium: проверки в браузере будут пропущены. Поставьте его: sudo apt install chromium" >&2
exit 1
