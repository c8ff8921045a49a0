"""Where things are: the tree of territories, their dated codes, their names, and «where is this?».

Others use: `models.Territory`; `tree` (descendants, scopes, codes); `naming` (keys and types of
names); `finding` (a place named in the columns of a sheet); `gazetteer` (places named in free
text, pure); `addresses` (street and house in free text, pure); `regionfile` (what the files of a
region say); `loading.load_region` and `settlements.import_settlements` (files into the tables).
"""
