"""Doors for programs: the hooks by which channels call us, Open311. Beside the faces, which are for people."""
