"""Why a row was set aside, as it is stored; the screens say it in the reader's words."""

from enum import StrEnum


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
