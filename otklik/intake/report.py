"""The rejected rows of a run as a file that can be mended and imported again."""

import io

from otklik.intake.models import ImportRun
from otklik.intake.sheets.report import Rejected, write_csv, write_xlsx


def rejected_file(run: ImportRun, kind: str) -> bytes:
    """CSV or XLSX («csv», «xlsx») of the rejected rows. Inside `acting`."""
    columns: list[str] = []
    rows = []
    for row in run.rejected_rows.order_by("row").iterator(chunk_size=1000):
        columns += [c for c in row.values if c not in columns]
        rows.append(Rejected(row.row, row.column or None, row.reason, row.values))
    out = io.BytesIO()
    (write_xlsx if kind == "xlsx" else write_csv)(columns, rows, out)
    return out.getvalue()
