"""Long campaigns: `make prove`. Each prints its figures; they go to `bench/README.md` with the commit."""

import subprocess
import sys

CAMPAIGNS = ("bench.importing", "bench.triage", "bench.killed", "bench.mailbox")


def main() -> None:
    """Run all campaigns, one after the other."""
    for name in sys.argv[1:] or CAMPAIGNS:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name], check=True)


if __name__ == "__main__":
    main()
