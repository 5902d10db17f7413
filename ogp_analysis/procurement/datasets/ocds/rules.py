"""The named rules of the cleaner of OCDS, what it knows (``ocds.toml``), and how it notes that a rule was applied."""

from __future__ import annotations

from typing import NamedTuple

from ogp_analysis.base.beside import toml


def facts() -> dict:
    """Return the tables of ``ocds.toml``."""
    return toml(__file__, "ocds.toml")


#: The text is not UTF-8; it is read as Windows-1252, or where that has no such sign as Latin-1.
WINDOWS_1252 = "read_as_windows_1252"
#: Half of a character of two parts, as it is left where software cuts a text: replaced by a question mark.
HALF_CHARACTER = "half_character"
#: A versioned release has every value a field ever had, with its date. It is read as the compiled release of them: the
#: latest value of each field counts.
VERSIONED_RELEASE = "versioned_release"
#: A number where the standard has a text, mostly an identifier, becomes the digits it is written with.
NUMBER_AS_TEXT = "number_as_text"
#: A text where the standard has a number, which can be read as one; a comma before every third digit is a mark of
#: thousands.
TEXT_AS_NUMBER = "text_as_number"
#: An empty text where the standard has a number is missing.
BLANK_NUMBER = "blank_number"
#: A text where the standard has a number, such as NO APLICA, that cannot be read as one, is missing. The text stays.
UNREADABLE_NUMBER = "unreadable_number"
#: A number of tenderers that is not a whole number is missing.
NOT_WHOLE = "count_not_whole"
#: A field has another name than in the standard: that of drafts before version 1.0, contract for
#: contracts, or one of the publisher's own.
OTHER_NAME = "other_name"
#: An error of a spreadsheet, such as #N/A, stands where a text was to be: it is missing.
SPREADSHEET_ERROR = "spreadsheet_error"
#: A list of one where the standard has an object.
LIST_FOR_OBJECT = "list_for_object"
#: A single text or object where the standard has a list of them.
ONE_FOR_LIST = "one_for_list"
#: A value of another kind than the standard's, such as a text for an object, is missing.
WRONG_KIND = "wrong_kind"
#: Before version 1.1 organisations have no id of their own: scheme and id of the identifier take its place.
ID_FROM_IDENTIFIER = "id_from_identifier"
#: Before version 1.1 organisations are described where they are named: parties are made of them.
PARTIES_FROM_ORGANISATIONS = "parties_from_organisations"
#: An organisation without any sign of a legal entity is taken for a natural person, and masked; so are texts and
#: identifiers that hold the name, and every text with the code of a natural person.
NATURAL_PERSON = "natural_person"
#: An encoding lost a letter in the name of an organisation or country, and left a question mark (M?XICO): put back
#: where one word of a list fits, and only one.
LOST_LETTER = "lost_letter"
#: A date that does not exist, or lies before 1980 or after 2100, is missing. The text stays.
IMPOSSIBLE_DATE = "date_impossible"
#: A text that is not a date is missing. The text stays.
UNREADABLE_DATE = "date_unreadable"
#: A code of ISO 4217 in lower case or with blanks around it.
CURRENCY_CASE = "currency_case"
#: An empty currency is missing.
CURRENCY_BLANK = "currency_blank"
#: A misspelt currency, such as MNX: what was meant is likely, but not certain, so it is missing.
CURRENCY_MISSPELT = "currency_misspelt"
#: A code that stands for no currency, such as XXX, is missing.
CURRENCY_TEST = "currency_test"
#: What is not a code of ISO 4217 is missing.
CURRENCY_UNKNOWN = "currency_unknown"
#: A key that is repeated within an object: the last counts, as in all readers of JSON.
DUPLICATE_KEY = "duplicate_key"
#: Not a number (NaN, Infinity), or too large for one (1e400): missing.
NOT_FINITE = "number_not_finite"
#: A release or record with more than 200 objects and lists inside one another: no reader takes it.
TOO_DEEP = "nested_too_deep"
#: A release or record that is not JSON, in a file of JSON lines. In another file it is not known where the next begins,
#: and the file fails.
NOT_JSON = "not_json"
#: A member of the list of releases or records that is not an object.
NOT_AN_OBJECT = "not_an_object"
#: A record that names its releases by their addresses and has neither a compiled nor a versioned release: it holds
#: nothing.
ONLY_LINKS = "only_links"
#: A release or record that does not say which process it is about.
NO_OCID = "no_ocid"
#: Releases with the same id and tags are one, published again: the latest counts; of equal dates that of version 1.1;
#: then the first.
SAME_RELEASE = "same_release"
#: A release before version 1.1 beside one of 1.1 with the same date and tags is that release before its conversion.
OLDER_VERSION = "older_version"
#: Releases that are not later than the compiled release of their process are in it already.
IN_COMPILED_RELEASE = "in_compiled_release"
#: Releases of one process are merged by the rules of the standard; the process stands at the place of the latest.
MERGED_INTO_PROCESS = "merged_into_process"


class Change(NamedTuple):
    """A value that was changed: by which rule, where in the JSON, from what to what (in JSON; empty if missing).

    What stands in the wrong place is named by its kind only: it may hold anything, also the name of a person.
    """

    rule: str
    path: str
    old: str
    new: str


def change(rule: str, path: str, old: str, new: str) -> Change:
    """Return the note that `rule` changed a value."""
    return Change(rule, path, old, new)


class Odd(NamedTuple):
    """A value in a column that was changed: ``table.column``, its row within the chunk, rule, old and new in JSON."""

    name: str
    row: int
    rule: str
    old: str
    new: str


def odd(name: str, row: int, rule: str, old: str, new: str) -> Odd:
    """Return the note that `rule` changed a value of a column."""
    return Odd(name, row, rule, old, new)


class Aside(NamedTuple):
    """An element that cannot be kept: where it stands, by which rule, and what decided it."""

    file: int
    line: int
    rule: str
    column: str
    value: str


def set_aside(file: int, line: int, rule: str, column: str, value: str) -> Aside:
    """Return the note that `rule` set an element aside."""
    return Aside(file, line, rule, column, value)
