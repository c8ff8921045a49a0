"""Keys that a host makes for itself once and keeps in its data folder, readable by the owner alone."""

import os
import secrets
from pathlib import Path


def secret(home: Path, name: str) -> str:
    """The key of that name, made at the first call. Two processes starting at once get the same one."""
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(secrets.token_hex(32))
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # fails if another process was first: then theirs is the key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text().strip()
    if not key:  # a full disk, an editor: an empty key would seal nothing
        raise SystemExit(f"Файл ключа {path} пуст. Верните его из резервной копии ключей.")
    return key
