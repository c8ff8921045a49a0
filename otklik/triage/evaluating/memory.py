"""How much memory this process has taken at most."""

import resource
import sys


def peak_megabytes() -> int:
    """The greatest resident size of the process, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
