"""What the pages load. ``static/`` is ours; ``dist/`` is copied out of npm packages by ``build.py``."""
