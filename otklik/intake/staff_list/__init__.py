"""The staff of a region or a centre from a sheet: read, looked at row by row, applied.

Others may use: `reading.read_list` (a file to rows), `judging.judge` (rows to a preview), `applying.apply`, `template`.
Nobody is ever deleted: who is missing from the list is a question for a person.
"""
