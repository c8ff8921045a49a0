"""Photos by content hash: what comes in is checked and re-encoded, what is stored never changes.

Doors: `photos.accept_photo` (pure: bytes to a clean JPEG, or `PhotoRejected` in plain words),
`storage.store`, `storage.open_file`, `storage.path_of`, and `models.StoredFile`, one row per use.
"""
