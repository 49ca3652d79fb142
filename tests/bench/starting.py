"""How long a start takes until it is ready, on a filled store and warehouse: `python -m tests.bench.starting`."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def started(folder: Path) -> tuple[float, float]:
    """Seconds from the start of the process to ready, and the processor's seconds of it until then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"KOMSHIP_DATA_DIR": str(folder), "PORT": str(port), "PYTHONPATH": str(ROOT)}
    environment["PYTHONDONTWRITEBYTECODE"] = ""  # as `make run` does
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            while not _is_ready(client):
                if process.poll() is not None:
                    raise RuntimeError("the server ended")
        seconds = time.perf_counter() - begun
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return seconds, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/api/health/ready").status_code == 200
    except httpx.TransportError:
        time.sleep(0.01)
        return False


def main() -> None:
    """Fill a store of 20,000 orders by a first start, then start again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"first start, store and warehouse are made: {started(Path(folder))[0]:.1f} s")
        for _ in range(given.times):
            seconds, processor = started(Path(folder))
            print(f"ready after {seconds:.2f} s, {processor:.2f} s of a processor")


if __name__ == "__main__":
    main()
