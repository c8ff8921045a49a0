"""Keys that a host makes for itself once and keeps in its data folder, readable by the owner alone."""

import os
import secrets
import tempfile
from pathlib import Path


def secret(home: Path, name: str) -> str:
    """The key of that name, made at the first call. Two processes starting at once get the same one."""
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        handle, written = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # one's own name, and 0600 from the start
        draft = Path(written)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())  # a key that seals contacts must not vanish with a power cut
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
