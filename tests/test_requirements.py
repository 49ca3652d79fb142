"""What the product imports is installed by requirements.txt alone, and each pin there is of use."""

import ast
import re
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PARTS = ("api", "etl", "queries", "dashboard", "pages")
# loaded by name: by uvicorn, FastAPI, SQLAlchemy and DuckDB
BY_NAME = {"websockets", "python-multipart", "psycopg", "pymysql"}
BY_NAME |= {"duckdb-sqlalchemy", "duckdb-extension-sqlite-scanner", "duckdb-extension-postgres-scanner"}
BY_NAME |= {"duckdb-extension-icu"}


def product_files() -> list[Path]:
    own = [*ROOT.glob("*.py"), *(file for part in PARTS for file in (ROOT / part).rglob("*.py"))]
    assert len(own) > 100
    return own


def imported() -> set[str]:
    """The distributions whose modules the product imports."""
    names = set()
    for file in product_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    own = {*PARTS, *(file.stem for file in ROOT.glob("*.py"))}
    known = packages_distributions()
    return {canonicalize_name(known[name][0]) for name in names - own - sys.stdlib_module_names}


def pinned(path: str) -> dict[str, Requirement]:
    lines = [line for line in (ROOT / path).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", line) for line in lines), "pin each with =="
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def installed_by(wanted: dict[str, Requirement]) -> set[str]:
    """The names of all distributions that pip installs for these."""
    found: set[str] = set()
    waiting = [(name, tuple(each.extras)) for name, each in wanted.items()]
    while waiting:
        name, extras = waiting.pop()
        found.add(name)
        try:
            needed = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:
            continue
        for need in needed:
            holds = need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if holds and canonicalize_name(need.name) not in found:
                waiting.append((canonicalize_name(need.name), tuple(need.extras)))
    return found


def test_the_product_runs_with_its_own_requirements() -> None:
    # phonenumbers is the same module with more data; an older environment has both
    missing = imported() - installed_by(pinned("requirements.txt")) - {"phonenumbers"}
    assert not missing


def test_each_requirement_is_used() -> None:
    named = imported()
    unused = set(pinned("requirements.txt")) - named - BY_NAME - {"phonenumberslite"}
    assert not unused


def test_what_tests_need_is_not_what_runs() -> None:
    assert not set(pinned("requirements.txt")) & set(pinned("tests/requirements.txt"))
