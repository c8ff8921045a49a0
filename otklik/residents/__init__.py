"""Who wrote: residents, their contacts (encrypted) and consents.

Others may use: `recording.record`, `contacts.show`, `contacts.lookup_hash`, and the models.
"""
