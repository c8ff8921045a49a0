"""Answers: drafts with versions, approval, publication, promises.

Others may use: `drafting`, `approval`, `publishing`, `reading`, and the models for reading.
"""
