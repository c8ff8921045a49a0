"""What of the locked packages goes into the bundle; and pip, which every Python carries but Debian keeps apart.

bundled_requirements.py requirements.lock   prints the lock without what only builds
bundled_requirements.py --pip FOLDER        puts pip's wheel there
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ONLY_BUILDS = {"setuptools"}


def running(lock: str) -> str:
    """The lock without the packages that are only needed to build."""
    parts = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    return "".join(part for part in parts if re.split(r"[=\[ ;@]", part, maxsplit=1)[0] not in ONLY_BUILDS)


def put_pip(folder: Path) -> None:
    """The wheel that `ensurepip` has, else one from the index."""
    import ensurepip

    places = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    for place in places:
        for wheel in sorted(place.glob("pip-*.whl")):
            shutil.copy(wheel, folder)
            return
    subprocess.run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", folder, "pip"], check=True)


if __name__ == "__main__":
    if sys.argv[1] == "--pip":
        put_pip(Path(sys.argv[2]))
    else:
        print(running(Path(sys.argv[1]).read_text()), end="")
