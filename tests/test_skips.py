"""A skip that nobody expects fails in CI, and nowhere else."""

import pytest

pytest_plugins = ["pytester"]
CASES = """
import pytest

def test_expected():
    pytest.skip("the Olist files are not here")

@pytest.mark.skip(reason="tomorrow")
def test_put_off():
    pass

def test_odd():
    pytest.skip("it is Monday")

@pytest.mark.xfail(reason="known")
def test_known():
    raise AssertionError
"""


@pytest.mark.parametrize(
    ("ci", "outcomes"),
    [
        ("true", {"failed": 1, "errors": 1, "skipped": 1, "xfailed": 1}),
        ("", {"skipped": 3, "xfailed": 1}),
    ],
)
def test_ci_takes_only_expected_skips(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcomes: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest("from tests.skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401")
    pytester.makepyfile(CASES)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(**outcomes)
    if ci:
        result.stdout.fnmatch_lines(["*does not expect: it is Monday*"])


def test_ci_takes_no_module_that_is_left_out(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest("from tests.skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401")
    pytester.makepyfile('import pytest\npytest.importorskip("nothing_of_this_name")')
    pytester.runpytest_inprocess().assert_outcomes(errors=1)
