"""Open311 GeoReport v2, as a server: `/open311/v2/`. What anybody may read is what the portal shows; a key reports."""
