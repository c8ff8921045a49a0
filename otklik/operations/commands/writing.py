"""Files that a command writes: what lies there already may be somebody's work."""

from pathlib import Path

from otklik.failures import BadInput


def keep_what_is_there(*files: Path | None, overwrite: bool = False) -> None:
    """Raises BadInput if one of these files exists and nobody allowed to write over it. Call it before any work."""
    for file in files:
        if file is not None and not overwrite and file.exists():
            raise BadInput(
                f"Файл {file} уже есть, он не тронут. Назовите другой или добавьте --overwrite.", "file"
            )
