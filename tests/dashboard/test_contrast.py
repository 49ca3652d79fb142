"""Every text in a chart is read: 4.5:1 against what it stands on, in both themes."""

import pytest

from dashboard import theme

READ = 4.5


@pytest.fixture(params=["light", "dark"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(theme, "mode", lambda: request.param)
    return str(request.param)


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#ffffff", "#777777") == theme.contrast("#777777", "#ffffff")


@pytest.mark.usefixtures("mode")
def test_texts_of_axes_and_cells_are_read() -> None:
    for ground in ("surface", "panel"):
        for ink in ("text", "muted"):
            assert theme.contrast(theme.color(ink), theme.color(ground)) >= READ, (ink, ground)
    for percent in range(101):
        ground, ink = theme.warm(percent / 100)
        assert theme.contrast(ink, ground) >= READ, (percent, ground, ink)
