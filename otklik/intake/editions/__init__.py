"""Another edition of the classifier: read from a sheet, compared with the one in force, mapped, adopted.

`sheet` reads and writes CSV and XLSX (any sheet that imports read), `mapping` says what each old theme becomes,
`comparing` reports what would be lost, `adopting` does it and lets open cases follow.
"""
