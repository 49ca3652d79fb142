"""Every number that the API answers is the oracle's."""

import pytest

from tests.oracle.answers import differences, plain
from tests.oracle_outside.answers import CALLS
from tests.oracle_outside.conftest import Live

SEEDS = (*range(30_003, 30_006), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(31_000, 31_100)))


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_the_oracle_s(live: Live, seed: int) -> None:
    lived = live(seed)
    client = lived.client()
    lines: list[str] = []
    for calls in CALLS:
        for call in calls(lived):
            query = {name: str(value) for name, value in call.query.items()}
            answer = client.get(f"/api{call.path}", params=query)
            assert answer.status_code == 200, f"{call.path} {query}: {answer.text}"
            given = call.picked(answer.json())
            lines += [f"{call.path}{query}{line}" for line in differences(given, plain(call.wanted))]
    assert not lines, "\n".join(lines[:20])
