"""Which processes the flags look at: not those cancelled, nor those of methods that a country's settings exclude."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.coded import CodedTables, made_once
from ogp_analysis.procurement.flags.settings import Settings

Reasons = list[tuple[str, np.ndarray]]


@made_once(lambda settings: settings["general"]["excluded_methods"])
def outside(data: CodedTables, settings: Settings) -> Reasons:
    """Return why processes are not looked at by any flag: ``cancelled``, ``excluded_method``."""
    excluded = settings["general"]["excluded_methods"]
    return [
        ("cancelled", data.tender_words("status").among(["cancelled"])),
        ("excluded_method", data.tender_words("procurement_method_details").among(excluded)),
    ]


def inside(data: CodedTables, settings: Settings) -> np.ndarray:
    """Return which processes are looked at."""
    return ~np.logical_or.reduce([holds for _, holds in outside(data, settings)])


def other_method(data: CodedTables, methods: tuple[str, ...]) -> tuple[str, np.ndarray]:
    """Return the reason ``other_method``: a flag for some procurement methods does not look at the others."""
    method = data.tender_words("procurement_method")
    return "other_method", ~method.among(methods) if methods else np.zeros(data.n, dtype=bool)


def not_by_price(data: CodedTables, settings: Settings) -> tuple[str, np.ndarray]:
    """Return the reason ``other_method`` for processes in which, by their method, bids are not compared by price."""
    details = data.tender_words("procurement_method_details")
    by_price, otherwise = settings["general"]["price_methods"], settings["general"]["no_price_methods"]
    return "other_method", ~details.among(by_price) if by_price else details.among(otherwise)


def sum_by(places: np.ndarray, n: int) -> np.ndarray:
    """Return how often each of `n` places occurs."""
    return np.bincount(places, minlength=n)


def least_by(places: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Return the least of `values` at each of `n` places; infinite where there is none."""
    least = np.full(n, np.inf)
    np.minimum.at(least, places, values)
    return least
