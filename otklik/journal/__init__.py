"""The journal: append-only entries in streams, gapless positions over all of them, seals over positions.

Others may use: `append`, `append_many`, `NewEntry`, `salted_digest`, and from `journal.following` `follow`.
"""
