"""A Chromium for the browser tests: the one on PATH, else Playwright's own download, else apt's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

LAUNCH_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
    "--process-per-site",  # pages of a profile share what is compiled
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a Chromium that can be started, or None."""
    on_path = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if on_path:
        return on_path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def ensure() -> str:
    """Find or install a Chromium.

    Raises:
        RuntimeError: when there is none and none could be installed.
    """
    if path := find():
        return path
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        commands += [[*sudo, "apt-get", "update"], [*sudo, "apt-get", "install", "-y", "chromium"]]
    for command in commands:
        finished = subprocess.run(command, check=False, timeout=900)
        print(f"{' '.join(command)}: exit {finished.returncode}")
        if path := find():
            return path
    raise RuntimeError("no Chromium: install one (for example the package chromium) and run again")


if __name__ == "__main__":
    print(ensure())
