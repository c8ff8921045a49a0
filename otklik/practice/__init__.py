"""What centres learn from each other: passports, exchanges, questions, lent templates; practices and their effect.

It stands over the figures and asks them of `insight`. What others use: `passports`, `exchanges`, `packets`,
`questions`, `lending`, `reviewing`; papers are drawn by `papers`.
"""
