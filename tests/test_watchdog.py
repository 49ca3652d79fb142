"""A server does not outlive the tests that started it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
TESTS = """
import subprocess, sys
from pathlib import Path
from tests.watchdog import watch
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
watch(server.pid, Path(sys.argv[1]))
print(server.pid, flush=True)
sys.stdin.read()
"""


def test_a_server_ends_with_the_tests_that_were_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    tests = subprocess.Popen(
        [sys.executable, "-c", TESTS, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert tests.stdout is not None
    server = psutil.Process(int(tests.stdout.readline()))
    assert server.is_running()
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    server.wait(60)
    assert not server.is_running()
    give_up = time.monotonic() + 60
    while folder.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not folder.exists()
