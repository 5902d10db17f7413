"""The shapes of countries as a map of the world, or of a region, has them: projected, cut to size and simplified.

They are those of Natural Earth at 1:50m, unmodified in ``vendor/world-atlas``. ``map.toml`` says what a map of a region
shows, which parts of a shape have a code of their own, and which land is disputed. The projection is Equal Earth around
the middle meridian of the view: areas are true to scale (Šavrič, Patterson and Jenny, 2019, *The Equal Earth map
projection*, International Journal of Geographical Information Science 33(3), 454-465).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox

from ogp_analysis.base.countries import countries

RESOURCES = ("vendor/world-atlas/countries-50m.json", "map.toml")
_EQUAL_EARTH = 1.340264, -0.081106, 0.000893, 0.003796
#: Bends and islands that are smaller are not drawn, in square pixels of a map as wide as a page, and of a narrow one.
_BEND, _ISLAND = {False: 3.0, True: 2.0}, {False: 5.0, True: 4.0}


@dataclass(frozen=True)
class Land:
    """A polygon of the shapes.

    Attributes
    ----------
    codes : tuple of str
        ISO 3166 alpha-3 codes it can be drawn by, that of a part before that of the whole; none where it is drawn as
        the land of no country.
    disputed : str
        Its name if it is disputed, else empty.
    rings : tuple of tuple of int
        The arcs of its outline and of its holes.
    """

    codes: tuple[str, ...]
    disputed: str
    rings: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Piece:
    """A polygon as it lies on a map.

    Attributes
    ----------
    land : Land
    outline : matplotlib.path.Path
        In pixels from the top left, cut at the edges of the map; empty where it is too small or beyond them.
    area : float
        In square pixels, before it was cut.
    centre : tuple of float
        Of its box, in pixels, before it was cut.
    """

    land: Land
    outline: Outline
    area: float
    centre: tuple[float, float]


@cache
def rules() -> dict:
    """Return what ``map.toml`` says: ``views``, ``part`` and ``disputed``."""
    return tomllib.loads(_read("map.toml"))


@cache
def pieces(view: str, width: float, tallest: float, narrow: bool = False) -> tuple[float, tuple[Piece, ...]]:
    """Return the height of a map, and what lies on it.

    Parameters
    ----------
    view : str
        A key of ``views`` in ``map.toml``.
    width, tallest : float
        Width of the map and the most it may be high, in pixels.
    narrow : bool
        Whether it is read on a telephone, where less is left out.
    """
    box = rules()["views"][view]
    along = np.linspace(0, 1, 60)
    across = box["west"] + along * (box["east"] - box["west"]), box["south"] + along * (box["north"] - box["south"])
    edges = [(across[0], along * 0 + box[one]) for one in ("south", "north")]
    edges += [(along * 0 + box[one], across[1]) for one in ("west", "east")]
    frame = np.vstack([_projected(np.column_stack(edge) - [box["middle"], 0]) for edge in edges])
    low, high = frame.min(axis=0), frame.max(axis=0)
    scale = min(width / (high[0] - low[0]), tallest / (high[1] - low[1]))
    height = float(np.ceil((high[1] - low[1]) * scale))
    shapes = _shapes()
    degrees = shapes.points - [box["middle"], 0]
    degrees[:, 0] = (degrees[:, 0] + 180) % 360 - 180
    on_map = (_projected(degrees) - (low + high) / 2) * [scale, -scale] + [width / 2, height / 2]
    keep, paper = _without_small_bends(on_map, shapes.starts, _BEND[narrow]), Bbox.from_extents(0, 0, width, height)
    # What the cut runs through lies on the far side of the globe.
    placed, far = np.column_stack([on_map, degrees[:, 0]]), 180
    rings = [[_ring(arcs, shapes.starts, placed, keep) for arcs in land.rings] for land in shapes.lands]
    return height, tuple(
        _piece(land, [ring[:, :2] for ring in those], paper, _ISLAND[narrow])
        for land, those in zip(shapes.lands, rings, strict=True)
        if max(abs(np.diff(those[0][:, 2]))) < far
    )


def codes() -> frozenset[str]:
    """Return the codes of the countries, and of the parts of one, that have a shape."""
    return frozenset(code for land in _shapes().lands for code in land.codes)


def centre(code: str, drawn: Iterable[Piece]) -> tuple[float, float]:
    """Return the middle of the largest polygon of a country on a map; no number where it has none there."""
    own = [one for one in drawn if code in one.land.codes]
    return max(own, key=lambda one: one.area).centre if own else (np.nan, np.nan)


def _projected(degrees: np.ndarray) -> np.ndarray:
    """Return places of the Equal Earth projection, in radii of a globe, of degrees from its middle meridian."""
    first, third, seventh, ninth = _EQUAL_EARTH
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(degrees[:, 1])))
    slope = 9 * ninth * theta**8 + 7 * seventh * theta**6 + 3 * third * theta**2 + first
    x = 2 * np.sqrt(3) * np.radians(degrees[:, 0]) * np.cos(theta) / (3 * slope)
    return np.column_stack([x, ninth * theta**9 + seventh * theta**7 + third * theta**3 + first * theta])


def _without_small_bends(points: np.ndarray, starts: np.ndarray, least: float) -> np.ndarray:
    """Return which points of the arcs stay when small bends are taken out, the smallest of each neighbourhood first.

    Of a border that two countries share the same points go, so that no gap opens. After Visvalingam and Whyatt (1993).
    """
    keep, ends = np.arange(len(points)), np.zeros(len(points), bool)
    ends[starts[:-1]] = ends[starts[1:] - 1] = True
    while True:
        (x, y), area = points[keep].T, np.full(len(keep), np.inf)
        twice = (x[1:-1] - x[:-2]) * (y[2:] - y[:-2]) - (x[2:] - x[:-2]) * (y[1:-1] - y[:-2])
        area[1:-1] = np.where(ends[keep][1:-1], np.inf, abs(twice) / 2)
        small = (area[1:-1] < least) & (area[1:-1] <= area[:-2]) & (area[1:-1] < area[2:])
        if not small.any():
            return np.isin(np.arange(len(points)), keep)
        keep = np.delete(keep, 1 + np.flatnonzero(small))


def _piece(land: Land, rings: list[np.ndarray], paper: Bbox, least: float) -> Piece:
    """Return a polygon as it lies on a map, to a tenth of a pixel."""
    outlines = []
    for ring in rings:
        low, high = ring.min(axis=0), ring.max(axis=0)
        if _area(ring) < least or (high < paper.min).any() or (low > paper.max).any():
            continue
        outline = Outline(np.round(ring, 1), closed=True)
        outlines.append(outline if paper.containsx(low[0]) and paper.containsx(high[0]) and paper.containsy(low[1])
                        and paper.containsy(high[1]) else outline.clip_to_bbox(paper))  # fmt: skip
    low, high = rings[0].min(axis=0), rings[0].max(axis=0)
    return Piece(land, Outline.make_compound_path(*outlines), _area(rings[0]), tuple((low + high) / 2))


def _area(ring: np.ndarray) -> float:
    x, y = ring.T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


@dataclass(frozen=True)
class _Shapes:
    """The file: where its arcs begin among their points, these in degrees, and its polygons."""

    starts: np.ndarray
    points: np.ndarray
    lands: tuple[Land, ...]


@cache
def _shapes() -> _Shapes:
    """Return what the file holds, read once. TopoJSON writes an arc as whole steps from one point to the next."""
    file = json.loads(_read("vendor/world-atlas/countries-50m.json"))
    starts = np.concatenate([[0], np.cumsum([len(arc) for arc in file["arcs"]])])
    steps = np.fromiter(chain.from_iterable(chain.from_iterable(file["arcs"])), np.int64).reshape(-1, 2)
    points = np.cumsum(steps, axis=0)
    points -= np.repeat(points[starts[:-1]] - steps[starts[:-1]], np.diff(starts), axis=0)
    points = points * file["transform"]["scale"] + file["transform"]["translate"]
    every, numeric = np.ones(len(points), bool), {one.numeric: one.iso3 for one in countries(None) if not one.valid_to}
    lands: list[Land] = []
    outlines = [(rule["name"], np.array(rule["outline"])) for rule in rules()["disputed"] if "outline" in rule]
    for shape in file["objects"]["countries"]["geometries"]:
        name, code = shape["properties"]["name"], numeric.get(shape.get("id", "no code"))
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            outline = Outline(_ring(polygon[0], starts, points, every), closed=True)
            part, disputed = (
                next((rule for rule in rules()[kind] if rule.get("shape") == name
                      and ("point" not in rule or outline.contains_point(rule["point"]))), {})
                for kind in ("part", "disputed")
            )  # fmt: skip
            if "south_of" in disputed:
                cut = outline.clip_to_bbox(Bbox.from_extents(-180, -90, 180, disputed["south_of"]))
                outlines += [(disputed["name"], cut.vertices[:-1])] if len(cut) else []
                disputed = {}
            own = (part.get("code"), code) if disputed.get("coloured", True) else ()
            lands.append(Land(tuple(one for one in own if one), disputed.get("name", ""), tuple(map(tuple, polygon))))
    for name, outline in outlines:
        lands.append(Land((), name, ((len(starts) - 1,),)))
        points = np.vstack([points, outline, outline[:1]])
        starts = np.append(starts, len(points))
    return _Shapes(starts, points, tuple(lands))


def _ring(arcs: Iterable[int], starts: np.ndarray, points: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Return the points that stay of a ring, its first again at the end; an arc below zero runs backwards."""
    found = []
    for arc in arcs:
        own = slice(starts[max(arc, ~arc)], starts[max(arc, ~arc) + 1])
        part = points[own][keep[own]]
        found.append(part[:-1] if arc >= 0 else part[:0:-1])
    return np.vstack([*found, found[0][:1]])


def _read(name: str) -> str:
    return Path(__file__).parent.joinpath(*name.split("/")).read_text(encoding="utf-8")
