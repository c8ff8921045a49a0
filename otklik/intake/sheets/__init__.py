"""Other people's sheets, read without a database: CSV, JSON Lines and XLSX into rows and values.

`reading.open_sheet` gives rows one by one, `columns` says which column is which of our fields,
`values` reads dates and states, `cleaning.clean` makes a text fit to show, `report` writes the rows
that were not taken so that a person can mend them and import the report itself.
"""
