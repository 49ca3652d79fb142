"""How tests are given to workers: those that share what is dear to make go to the same one, and the slow ones first.

pytest-xdist's own groups (`--dist loadgroup`) do nothing with this pytest: they write an attribute that it no longer
reads.
"""

from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"
WITH_A_SERVER_OF_THEIR_OWN = {"test_finance": "finance", "test_table": "table"}
# each of these tests takes seconds and makes all that it needs
ALONE = ("tests/oracle/", "tests/oracle_outside/test_answers.py", "tests/start/test_signals.py")
# what takes minutes begins first, so that no worker stands alone with it at the end
FIRST = (
    JOURNEYS,
    "tests/oracle/",
    "tests/oracle_outside/",
    "tests/start/",
    "tests/docs/",
    "tests/etl/",
    "tests/pages/",
)


def unit_of(nodeid: str) -> str:
    """What goes to one worker as a whole: a group of journeys, a file, or a test that stands alone."""
    file = nodeid.partition("::")[0]
    if file.startswith(JOURNEYS):
        return WITH_A_SERVER_OF_THEIR_OWN.get(PurePosixPath(file).stem, JOURNEYS)
    return nodeid if file.startswith(ALONE) else file


class BySharing(LoadScopeScheduling):
    """Gives units in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharing:
    """The scheduler of every run with workers."""
    config.option.loadscopereorder = False
    return BySharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first."""
    last = len(FIRST)
    items.sort(key=lambda item: next((at for at, each in enumerate(FIRST) if item.nodeid.startswith(each)), last))
