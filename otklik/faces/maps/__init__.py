"""The map as a part of any page: boundaries, places and points as GeoJSON, one script, one template."""
