"""The tables that a page run by AppTest drew."""

import json
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest


def tables(page: AppTest) -> list[pd.DataFrame]:
    """Each table as its reader sees it: the columns by their names, the texts of the cells."""
    return [_frame(given) for given in given_to_tables(page)]


def given_to_tables(page: AppTest) -> list[dict[str, Any]]:
    """What Python gave the component, for each table."""
    return [given for given in given_to_components(page) if "columns" in given]


def given_to_components(page: AppTest) -> list[dict[str, Any]]:
    """What Python gave each of our components, tables and others."""
    protos = [element.proto for element in page.get("bidi_component")]
    return [json.loads(proto.mixed.json if proto.WhichOneof("data") == "mixed" else proto.json) for proto in protos]


def _frame(given: dict[str, Any]) -> pd.DataFrame:
    columns = given["columns"]
    rows = [
        [_text(cell, column["kind"]) for cell, column in zip(row["cells"], columns, strict=True)]
        for row in given["rows"]
    ]
    return pd.DataFrame(rows, columns=[column["name"] for column in columns])


def _text(cell: Any, kind: str) -> str:
    """What a cell says; a ratio with its parts, a strip as one sign a day."""
    if isinstance(cell, str):
        return cell
    if kind == "strip":
        return "".join("▮" if day else "·" for day in cell["days"])
    return f"{cell['text']} · {cell['below']}" if kind == "ratio" and "below" in cell else str(cell["text"])
