"""An answer of the product and one of the oracle, made alike and compared value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from queries.filters import PageOf

NEARLY = 1e-6  # only what the product holds as a float is compared like this


def plain(answer: Any) -> Any:
    """An answer as lists, dictionaries and plain values."""
    if isinstance(answer, PageOf):
        return [plain(answer.rows), answer.total]
    if isinstance(answer, pd.DataFrame):
        return [plain(row) for row in answer.astype(object).to_dict("records")]
    if is_dataclass(answer) and not isinstance(answer, type):
        return plain(asdict(answer))
    if isinstance(answer, Mapping):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [plain(value) for value in answer]
    return _value(answer)


def _value(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if hasattr(value, "item"):
        return value.item()
    return str(value) if isinstance(value, str) else value


def differences(given: Any, wanted: Any, path: str = "") -> Iterator[str]:
    """Where two plain answers differ, each as one line."""
    if isinstance(given, dict) and isinstance(wanted, dict):
        for key in sorted(given.keys() | wanted.keys(), key=str):
            if key not in given or key not in wanted:
                yield f"{path}.{key}: only the {'product' if key in given else 'oracle'} has it"
            else:
                yield from differences(given[key], wanted[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(wanted, list):
        if len(given) != len(wanted):
            yield f"{path}: {len(given)} in the product, {len(wanted)} in the oracle: {given} / {wanted}"
        else:
            for number, pair in enumerate(zip(given, wanted, strict=True)):
                yield from differences(*pair, f"{path}[{number}]")
    elif not _is_same(given, wanted):
        yield f"{path}: product {given!r}, oracle {wanted!r}"


def _is_same(given: Any, wanted: Any) -> bool:
    if isinstance(given, float) and isinstance(wanted, (int, float, Fraction, Decimal)):
        return abs(Fraction(given) - Fraction(wanted)) < NEARLY
    if isinstance(given, date) and isinstance(wanted, date):
        return isinstance(given, datetime) == isinstance(wanted, datetime) and given == wanted
    return bool(given == wanted)
