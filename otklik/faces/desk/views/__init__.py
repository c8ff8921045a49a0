"""Views of the desk, one file a matter."""
