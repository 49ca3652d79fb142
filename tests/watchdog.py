"""Ends a server whose tests are gone, however they ended: `watch(pid)` in the tests, this file as a program.

The program waits for the end of its standard input, which comes even when the tests are killed.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

PATIENCE = 10.0  # seconds for an orderly end


def watch(pid: int, folder: Path | None = None) -> "subprocess.Popen[bytes]":
    """End the process once this one has ended, and remove its folder; nothing happens when it has ended by then."""
    command = [sys.executable, __file__, str(pid), *([str(folder)] if folder else [])]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)


def main(pid: str, *folders: str) -> None:
    """Wait, then end it."""
    server = psutil.Process(int(pid))
    sys.stdin.buffer.read()
    if not server.is_running():
        return
    server.send_signal(signal.SIGQUIT)  # PostgreSQL ends at once and leaves no shared memory
    try:
        server.wait(PATIENCE)
    except psutil.TimeoutExpired:
        server.kill()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
