"""The shapes of countries as a map of the world, or of a region, has them: projected, cut to size and simplified.

They are those of Natural Earth at 1:50m, unmodified in ``vendor/world-atlas``. ``map.toml`` says what a map of a region
shows, which parts of a shape have a code of their own, and which land is disputed. The projection is Equal Earth around
the middle meridian of the view: areas are true to scale (Šavrič, Patterson and Jenny, 2019, *The Equal Earth map
projection*, International Journal of Geographical Information Science 33(3), 454-465).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

import numpy as np
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox

from ogp_analysis.base import beside
from ogp_analysis.base.countries import countries

_EQUAL_EARTH = 1.340264, -0.081106, 0.000893, 0.003796
#: Bends and islands that are smaller are not drawn, in square pixels of a map as wide as a page, and of a narrow one.
_BEND, _ISLAND = {False: 3.0, True: 2.0}, {False: 5.0, True: 4.0}
#: The outline of what is not drawn.
_NOTHING = Outline.make_compound_path()


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
    return beside.toml(__file__, "map.toml")


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
    keep = _without_small_bends(on_map, shapes.starts, _BEND[narrow])
    order, begins = shapes.rings
    begins, order = np.concatenate([[0], np.cumsum(keep[order])])[begins], order[keep[order]]
    # What the cut runs through lies on the far side of the globe.
    far = np.maximum.reduceat(_between(abs(np.diff(degrees[order, 0])), begins), begins[:-1]) >= 180
    placed = on_map[order]
    low, high = np.minimum.reduceat(placed, begins[:-1]), np.maximum.reduceat(placed, begins[:-1])
    areas, centres = _areas(placed, begins), (low + high) / 2
    seen = (areas >= _ISLAND[narrow]) & (high >= 0).all(axis=1) & (low <= [width, height]).all(axis=1)
    whole = (low >= 0).all(axis=1) & (high <= [width, height]).all(axis=1)
    paper, placed, first, found = Bbox.from_extents(0, 0, width, height), np.round(placed, 1), 0, []
    for land in shapes.lands:
        its = range(first, first + len(land.rings))
        if not far[first]:
            rings = ((one, Outline(placed[begins[one] : begins[one + 1]], closed=True)) for one in its if seen[one])
            outlines = [ring if whole[one] else ring.clip_to_bbox(paper) for one, ring in rings]
            outline = Outline.make_compound_path(*outlines) if outlines else _NOTHING
            found.append(Piece(land, outline, float(areas[first]), tuple(centres[first])))
        first = its.stop
    return height, tuple(found)


@cache
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
    x, y = np.ascontiguousarray(points.T)
    keep, ends = np.ones(len(points), bool), np.zeros(len(points), bool)
    ends[starts[:-1]] = ends[starts[1:] - 1] = True
    before, after = (np.roll(np.arange(len(points)), by) for by in (1, -1))
    area, moved = np.full(len(points), np.inf), np.flatnonzero(~ends)
    while len(moved):
        one, other = before[moved], after[moved]
        twice = (x[moved] - x[one]) * (y[other] - y[one]) - (x[other] - x[one]) * (y[moved] - y[one])
        area[moved] = abs(twice) / 2
        # Only beside a point that has gone can the next go.
        near = np.concatenate([moved, one, other])
        small = (area[near] < least) & (area[near] <= area[before[near]]) & (area[near] < area[after[near]])
        gone = np.unique(near[small])
        keep[gone], first, last = False, before[gone], after[gone]
        after[first], before[last] = last, first
        moved = np.concatenate([first, last])
        moved = moved[~ends[moved]]
    return keep


def _between(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Return a value for each step of rings laid end to end, and nought for the steps from one ring to the next."""
    values = np.append(values, 0.0)
    values[begins[1:] - 1] = 0.0
    return values


def _areas(points: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Return the area of each of several rings laid end to end; the last of the places where they begin is the end."""
    x, y = points.T
    return abs(np.add.reduceat(_between(x[:-1] * y[1:] - x[1:] * y[:-1], begins), begins[:-1])) / 2


@dataclass(frozen=True)
class _Shapes:
    """The file: where its arcs begin among their points, these in degrees, and its polygons."""

    starts: np.ndarray
    points: np.ndarray
    lands: tuple[Land, ...]

    @cached_property
    def rings(self) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the points of all rings, end to end, and where each ring begins and the last ends."""
        rings = [_ring(arcs, self.starts) for land in self.lands for arcs in land.rings]
        return np.concatenate(rings), np.cumsum([0, *map(len, rings)])


@cache
def _shapes() -> _Shapes:
    """Return what the file holds, read once. TopoJSON writes an arc as whole steps from one point to the next."""
    file = json.loads(beside.text(__file__, "vendor/world-atlas/countries-50m.json"))
    starts = np.concatenate([[0], np.cumsum([len(arc) for arc in file["arcs"]])])
    steps = np.fromiter(chain.from_iterable(chain.from_iterable(file["arcs"])), np.int64).reshape(-1, 2)
    points = np.cumsum(steps, axis=0)
    points -= np.repeat(points[starts[:-1]] - steps[starts[:-1]], np.diff(starts), axis=0)
    points = points * file["transform"]["scale"] + file["transform"]["translate"]
    numeric = {one.numeric: one.iso3 for one in countries(None) if not one.valid_to}
    lands: list[Land] = []
    outlines = [(rule["name"], np.array(rule["outline"])) for rule in rules()["disputed"] if "outline" in rule]
    for shape in file["objects"]["countries"]["geometries"]:
        name, code = shape["properties"]["name"], numeric.get(shape.get("id", "no code"))
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            outline = Outline(points[_ring(polygon[0], starts)], closed=True)
            part, disputed = (_rule(kind, name, outline) for kind in ("part", "disputed"))
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


def _rule(kind: str, name: str, outline: Outline) -> dict:
    """Return the rule of ``map.toml`` for a polygon of a shape; nothing without one."""
    own = (rule for rule in rules()[kind] if rule.get("shape") == name)
    return next((rule for rule in own if "point" not in rule or outline.contains_point(rule["point"])), {})


def _ring(arcs: Iterable[int], starts: np.ndarray) -> np.ndarray:
    """Return the numbers of the points of a ring, its first again at the end; an arc below zero runs backwards."""
    ends = ((starts[max(arc, ~arc)], starts[max(arc, ~arc) + 1] - 1) for arc in arcs)
    found = [np.arange(a, b) if arc >= 0 else np.arange(b, a, -1) for arc, (a, b) in zip(arcs, ends, strict=True)]
    return np.concatenate([*found, found[0][:1]])
