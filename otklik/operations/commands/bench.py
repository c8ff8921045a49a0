"""`otklik bench`: what is measured, by one command; the measurements themselves stand in `bench/` of the repository."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[3]
WORKS = {
    "pages": "bench.pages", "create": "bench.creating", "export": "bench.exporting", "import": "bench.sheets",
    "start": "bench.starting", "growth": "bench.growth", "hooks": "bench.hooks",
    "radar": "bench.radar", "reports": "bench.reports",
    "rating": "bench.rating", "effects": "bench.effects", "region": "bench.region",
}  # fmt: skip


@click.command()
@click.argument("work", type=click.Choice(list(WORKS)))
@click.option("--cases", type=click.IntRange(100, 1_000_000), default=100_000, show_default=True,
              help="Сколько карточек в наборе (для import — строк в таблице).")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def bench(work: str, cases: int, as_json: bool) -> None:
    """Измерить программу на придуманном наборе карточек. Рабочую базу не трогает."""
    if not (ROOT / "bench" / "pages.py").exists():
        raise click.ClickException("Измерения лежат в исходниках программы, а не в установленном пакете.")
    size = [] if work in ("start", "hooks", "rating", "radar", "effects") else ["--cases", str(cases)]
    command = [sys.executable, "-m", WORKS[work], *size, *(["--json"] if as_json else [])]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
