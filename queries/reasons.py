"""Why a row was set aside, as it is stored; the screens say it in the reader's words."""

import re
from enum import StrEnum
from functools import cache

NOTHING = "nothing"  # the state before the first event


class Reason(StrEnum):
    """Reasons that a word of a file gives. The file, line, column and word stand beside it."""

    NOT_A_NUMBER = "not a number"
    OTHER_NUMBER_FORMAT = "not in the number format of this column"
    NOT_WHOLE = "not a whole number"
    TOO_LARGE = "the number is too large"
    NOT_A_DATE = "not a date or time"
    DAY_IS_IMPOSSIBLE = "no such day or time"
    OTHER_DATE_FORMAT = "not in a date format of this column"
    YEAR_OUT_OF_RANGE = "the year is not between 2000 and 2100"
    OFFSET_WITHOUT_ZONE = "the day depends on a time zone, and the mapping names none"
    ROUNDED_BY_EXCEL = "Excel has rounded this number; format the column as text"
    UNKNOWN_WORD = "a word that the mapping does not know"
    NOT_YES_OR_NO = "neither yes nor no"
    EMPTY = "empty, and it must be filled"
    NO_KEY = "the row has no key"
    CONFLICT = "several rows have this key and differ"
    MANY_JOINED = "several rows of the joined file have this key and differ"
    JOINED_WITHOUT_KEY = "a row of a joined file has no key"
    ITEMS_DIFFER = "the lines of this key differ"


class Rule(StrEnum):
    """Reasons that name something: rules of the warehouse, the chain of an order's events, the shape of a row."""

    MISSING = "{column} is missing"
    BROKEN = "breaks the rule: {invariant}"
    ORPHAN = "{column} leads to no row in {table}"
    UNBALANCED = "the {column}s of its {group} do not add up to 0"
    UNBALANCED_WITH = "another row of its {group} is bad"
    NO_STEP = "{before} -> {after} is no step of an order"
    NO_BEGINNING = "{before} -> {after} does not start from nothing: the order has no event before it"
    MISPLACED = "{before} -> {after} does not start from {state}, in which the order was"
    FOREIGN = "its order comes from another source"
    NO_CHAIN = "the order is in {state}, but none of its events is right"
    CONTRADICTION = "the order is in {state}, but its events end in {end}"
    FIELDS = "{fields} fields, the header has {width}"
    CUT = "line {line} ends in {found}, the header in {wanted}: a text is cut in two; remove or quote its line end"
    QUOTE = (
        "the quote of column {number} ends in line {line} and holds what looks like other rows; "
        "if they are, close the quote where its field ends, else join its lines"
    )
    FORMULA = "the formula in cell {cell} has no value yet; open the workbook in Excel and save it"
    MERGED = "the cells {cells} are merged and show one value; unmerge them in Excel and fill in each row's own"

    def of(self, **named: object) -> str:
        """The reason as it is stored."""
        return self.value.format(**named)


def understood(reason: str) -> tuple[Rule, dict[str, str]] | None:
    """The rule that a stored reason was made of, and what it names; None for another."""
    for rule in Rule:
        found = _pattern(rule).fullmatch(reason)
        if found:
            return rule, found.groupdict()
    return None


@cache
def _pattern(rule: Rule) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(rule.value)), re.DOTALL)
