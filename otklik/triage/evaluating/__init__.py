"""How well triage reads: measured on any table of labelled texts, without a database."""
