"""Regions as files, one folder each. `DEFAULT` names the folder used when OTKLIK_REGION does not say otherwise."""

import os

DEFAULT = "volgograd"


def chosen() -> str:
    """The code of the region this process works for."""
    return os.environ.get("OTKLIK_REGION") or DEFAULT
