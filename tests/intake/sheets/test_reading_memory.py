"""Reading ten times more rows takes no more memory."""

import json
import subprocess
import sys

import pytest

PEAK = """
import sys, django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from otklik.intake.sheets.reading import open_sheet
with open_sheet(sys.argv[1]) as sheet:
    count = sum(1 for _ in sheet.rows())
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, peak.split()[1])
"""


def peak_kb(path) -> tuple[int, int]:
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    count, peak = done.stdout.split()
    return int(count), int(peak)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_peak_is_flat(tmp_path, kind):
    text = "Второй день не вывозят мусор. " * 20
    peaks = []
    for rows in (10_000, 100_000):
        path = tmp_path / f"{rows}.{kind}"
        with path.open("w", encoding="utf-8") as out:
            if kind == "csv":
                out.write("id,text\n")
            for number in range(rows):
                line = (
                    f'{number},"{text}"'
                    if kind == "csv"
                    else json.dumps({"id": number, "text": text}, ensure_ascii=False)
                )
                out.write(line + "\n")
        count, peak = peak_kb(path)
        assert count == rows
        peaks.append(peak)
    assert peaks[1] <= peaks[0] * 1.2
