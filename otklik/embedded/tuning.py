"""The server's settings. A machine's own administrator adds theirs in ``local.conf``, which wins."""

from pathlib import Path
from typing import Literal

Purpose = Literal["main", "test"]

COMMON = {
    # A socket in a closed folder needs no port, so nothing on the network can reach the server.
    "listen_addresses": "''",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # Queries here are short; compiling them costs more than it gives.
    "jit": "off",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'128MB'",
    "random_page_cost": "1.1",
    # One file for each day of the week, each overwritten in turn: the log never fills the disk.
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "'1d'",
    "log_rotation_size": "0",
    "log_line_prefix": "'%m [%p] %u@%d '",
    # Statements carry residents' words and contacts; the log says that something failed, not with what text.
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "'panic'",
    "log_error_verbosity": "'terse'",
}
MAIN = {
    "shared_buffers": "'256MB'",
    "effective_cache_size": "'1GB'",
    "max_wal_size": "'2GB'",
    "wal_compression": "on",
}
# Test data may be lost with the power; the tests are two or three times faster for it.
TEST = {
    "shared_buffers": "'128MB'",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'2GB'",
    "checkpoint_timeout": "'30min'",
    "max_locks_per_transaction": "256",
}


def settings_file(purpose: Purpose, socket_dir: Path, log_dir: Path) -> str:
    """The text of ``otklik.conf``, written anew at each start so that a new release can change it."""
    chosen = COMMON | (TEST if purpose == "test" else MAIN)
    chosen["unix_socket_directories"] = _quoted(str(socket_dir))
    chosen["log_directory"] = _quoted(str(log_dir))
    return "".join(f"{name} = {value}\n" for name, value in chosen.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
