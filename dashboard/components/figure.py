"""A Plotly figure as it is sent to the browser."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Trace: TypeAlias = "dict[str, Any]"


class Figure:
    """Traces and a layout as plain mappings, in Plotly's own words.

    Plotly's class of that name checks each value as it is set, which takes longer than all questions of a page. Here
    nothing is checked while a page runs; `tests/pages/test_charts.py` has Plotly check the figures of every page.
    """

    def __init__(self, *traces: Trace) -> None:
        self.data: list[Trace] = list(traces)
        self.layout: dict[str, Any] = {}

    def add_annotation(self, **given: Any) -> None:
        """Write a text."""
        self.layout.setdefault("annotations", []).append(given)

    def add_shape(self, **given: Any) -> None:
        """Draw a line or a rectangle."""
        self.layout.setdefault("shapes", []).append(given)

    def update_layout(self, given: Mapping[str, Any]) -> None:
        """Set values, within mappings those that are named."""
        _merge(self.layout, given)

    def update_xaxes(self, **given: Any) -> None:
        """Set values of the horizontal axis, which all panels share."""
        _merge(self.layout, {"xaxis": given})

    def update_yaxes(self, **given: Any) -> None:
        """Set values of the upright axis of each panel."""
        for axis in {trace.get("yaxis", "y") for trace in self.data} or {"y"}:
            _merge(self.layout, {f"yaxis{axis[1:]}": given})

    def to_dict(self) -> dict[str, Any]:
        """The figure as JSON has it."""
        return {"data": self.data, "layout": self.layout}


def bar(**given: Any) -> Trace:
    """A trace of bars."""
    return {"type": "bar", **given}


def scatter(**given: Any) -> Trace:
    """A trace of lines or points."""
    return {"type": "scatter", **given}


def heatmap(**given: Any) -> Trace:
    """A trace of cells."""
    return {"type": "heatmap", **given}


def _merge(kept: dict[str, Any], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if isinstance(value, Mapping) and isinstance(kept.get(name), dict):
            _merge(kept[name], value)
        else:
            kept[name] = dict(value) if isinstance(value, Mapping) else value
