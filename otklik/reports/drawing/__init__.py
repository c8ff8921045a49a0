"""A document drawn as PDF, DOCX and XLSX. None of these knows what the report is about."""

from otklik.reports.drawing.docx import as_docx
from otklik.reports.drawing.pdf import as_pdf
from otklik.reports.drawing.xlsx import as_xlsx

__all__ = ["as_docx", "as_pdf", "as_xlsx"]
