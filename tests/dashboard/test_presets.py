from datetime import date

import pytest

from dashboard.filters import Preset

SUNDAY, MONDAY = date(2022, 10, 2), date(2022, 10, 3)


@pytest.mark.parametrize(
    ("preset", "today", "start", "end"),
    [
        (Preset.TODAY, MONDAY, MONDAY, MONDAY),
        (Preset.YESTERDAY, MONDAY, SUNDAY, SUNDAY),
        (Preset.LAST_7_DAYS, MONDAY, date(2022, 9, 27), MONDAY),
        (Preset.LAST_30_DAYS, MONDAY, date(2022, 9, 4), MONDAY),
        (Preset.THIS_WEEK, MONDAY, MONDAY, MONDAY),
        (Preset.THIS_WEEK, SUNDAY, date(2022, 9, 26), SUNDAY),  # a week begins on Monday
        (Preset.THIS_MONTH, SUNDAY, date(2022, 10, 1), SUNDAY),
        (Preset.LAST_MONTH, date(2023, 1, 1), date(2022, 12, 1), date(2022, 12, 31)),
    ],
)
def test_a_preset_is_a_range_of_wib_days(preset: Preset, today: date, start: date, end: date) -> None:
    found = preset.period(today)
    assert (found.start, found.end) == (start, end)
