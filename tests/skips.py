"""Which tests may be skipped. With CI=true any other skip fails: a check that silently stops running is none."""

import os
import re
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

EXPECTED = (
    r"the original contract is not beside the product",
    r"the Olist files are not here",
    r"the messy files are not here",
    r"mariadbd is not installed",
)


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why it was skipped."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def _expected_or_failed(report: Report) -> Report:
    is_strict = os.environ.get("CI", "").lower() == "true"
    if is_strict and report.skipped and not hasattr(report, "wasxfail"):
        reason = reason_of(report)
        if not any(re.match(expected, reason) for expected in EXPECTED):
            report.outcome = "failed"
            report.longrepr = f"skipped for a reason that tests/skips.py does not expect: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a skipped test."""
    return _expected_or_failed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a skipped module."""
    return _expected_or_failed((yield))
