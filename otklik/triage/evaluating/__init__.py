"""How well texts are understood, in figures: one module a task, each without a database."""
