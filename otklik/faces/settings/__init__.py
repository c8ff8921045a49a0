"""Settings: staff and roles, directories, the region's own decisions, imports of sheets."""
