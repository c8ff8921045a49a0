"""One row per use of a stored content; the bytes lie in the folder of `storage`."""

from django.db import models
from django.utils import timezone


class StoredFile(models.Model):
    """A photo or a document that somebody sent (a document has no sides).

    The same picture sent twice gives two rows and one file: a row belongs to one scope and may be
    erased without taking the picture from another case. `scope_id` is a territory's id as a plain
    number, since the territory room lies above this one.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()  # bytes
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()  # pixels, after turning the picture upright
    height = models.PositiveIntegerField()
    scope_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    original_name = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.content_type} {self.width}×{self.height}"
