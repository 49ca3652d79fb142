"""A start loads nothing that only some requests need: it is ready sooner."""

import json
import subprocess
import sys

from tests.start.conftest import LONGEST_START, ROOT

LATER = {"alembic", "boto3", "openpyxl", "PIL.Image", "pyarrow.fs", "pypdf", "xlrd", "faker"}


def test_a_start_leaves_heavy_modules_for_later() -> None:
    code = "import json, sys, serve; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_START, check=True)
    assert not LATER & set(json.loads(ended.stdout))
