"""The world map: every member is on it, nobody's land has a country's colour, and a map of a region fits its region."""

from __future__ import annotations

import io
import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import ogp_analysis as ogp
from ogp_analysis.base.countries import REGIONS, countries
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import speaking, use_language
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display import map as maps
from ogp_analysis.display import shapes
from ogp_analysis.display.figure import drawing
from ogp_analysis.display.map import FALL_TO_RISE, LITTLE_TO_MUCH, MapChart, MapClass
from ogp_analysis.display.palette import DARK, PALETTE
from ogp_analysis.display.sheet import Sheet, style

VIEWS = ("world", *sorted(REGIONS.values()))
#: Places, east and north, whose colour would take a side, and the disputed land they lie in.
DISPUTED = {
    (34.10, 44.95): "Crimea", (33.52, 44.60): "Crimea", (-13.10, 27.15): "Western Sahara",
    (-15.80, 23.72): "Western Sahara", (-11.6, 26.7): "Western Sahara", (74.80, 34.09): "Kashmir",
    (74.31, 35.92): "Kashmir", (79.0, 35.2): "Kashmir", (33.36, 35.25): "Northern Cyprus", (77.1, 35.4): "Kashmir",
}  # fmt: skip


def classes(codes=None) -> list[MapClass]:
    codes = sorted(codes or {one.iso3 for one in countries()} & shapes.codes())
    return [MapClass(f"class {n}", colour, frozenset(codes[n::5])) for n, colour in enumerate(FALL_TO_RISE)]


def draw(groups, narrow=False, **how):
    def framed(body):
        return Sheet.framed(body, "The finding", "What is drawn", "Source: a publisher", narrow)

    chart = MapChart(groups, **how)
    with style():
        return SimpleNamespace(sheet=chart.sheet(framed, narrow), places=chart.places(narrow))


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


@pytest.mark.parametrize(("language", "credit"), [("en", "Shapes: Natural Earth"), ("es", "Contornos: Natural Earth")])
def test_whose_shapes_they_are_stands_on_both_drawings(language, credit):
    use_language(language)
    for sheet in maps.MapChart(classes()).drawn("The finding", "What is drawn", "Source: a publisher."):
        assert any(credit in text.get_text() for text in sheet.figure.findobj(Text))


def pixel(east: float, north: float, width: float = 1080) -> tuple[float, float]:
    """Return where a place lies on a map of the world, from the corners of what it shows."""
    box = shapes.rules()["views"]["world"]
    sides = [(x, y) for x in np.linspace(box["west"], box["east"], 400) for y in (box["south"], box["north"])]
    sides += [(x, y) for x in (box["west"], box["east"]) for y in np.linspace(box["south"], box["north"], 400)]
    ends = shapes._projected(np.array(sides) - [box["middle"], 0])
    low, high = ends.min(axis=0), ends.max(axis=0)
    height, _ = shapes.pieces("world", width, width)
    scale = width / (high - low)[0]
    x, y = (shapes._projected(np.array([[east - box["middle"], north]]))[0] - (low + high) / 2) * scale
    return width / 2 + x, height / 2 - y


def owners(east: float, north: float) -> list:
    """Return whose land lies at a place, from below to the top, on a map large enough to have room for small places."""
    _, drawn = shapes.pieces("world", 6480, 6480)
    return [one.land for one in drawn if len(one.outline) and one.outline.contains_point(pixel(east, north, 6480))]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_country_that_ever_joined_is_on_the_map(narrow):
    members = set(ogp.load("ogp_membership")["iso3"])
    places = draw(classes(members), narrow=narrow).places
    assert len(members) == len(places) == 87 and set(places.values()) == {"shape", "dot"}
    assert places["SYC"] == places["MLT"] == "dot" and places["MEX"] == "shape"


@pytest.mark.parametrize(("place", "name"), DISPUTED.items())
def test_disputed_land_has_the_colour_of_no_country(place, name):
    # What is disputed and nobody's is drawn over what the shapes say of its neighbours.
    assert name in [land.disputed for land in owners(*place) if land.disputed and not land.codes]


def test_what_has_a_value_of_its_own_keeps_its_colour_below_the_hatching():
    for place, code in [((21.17, 42.66), "XKX"), ((44.07, 9.56), "SML")]:
        [land] = owners(*place)
        assert land.disputed and land.codes == (code,)
    assert owners(37.62, 55.75)[0].codes == ("RUS",) and owners(30.52, 50.45)[0].codes == ("UKR",)
    assert owners(-6.84, 33.5)[0].codes == ("MAR",) and owners(-8.0, 31.6)[0].disputed == ""


def test_simferopol_is_not_painted_as_russia():
    with style():
        made = draw([MapClass("Russia", "own", frozenset({"RUS"})), MapClass("Ukraine", "region", frozenset({"UKR"}))])
        buffer = io.BytesIO()
        # Ten dots to a point are sixty million: to pack them as PNG and unpack them again takes longer than to draw.
        made.sheet.figure.savefig(buffer, format="raw", dpi=720)
    tall = round(made.sheet.figure.get_figheight() * 720)
    picture = np.frombuffer(buffer.getbuffer(), dtype=np.uint8).reshape(tall, -1, 4)

    def seen(east, north):
        x, y = pixel(east, north)
        down, across = round((made.sheet.top + y) * 10), round(x * 10)
        return picture[down - 20 : down + 20, across - 20 : across + 20, :3].reshape(-1, 3) / 255

    for place, colour, shown in [((34.1, 45.1), "own", False), ((34.1, 45.1), "region", False),
                                 ((37.62, 55.75), "own", True), ((30.52, 50.45), "region", True),
                                 ((34.1, 45.1), "land", True), ((34.1, 45.1), "muted", True)]:  # fmt: skip
        near = (abs(seen(*place) - to_rgb(PALETTE[colour])) < 0.02).all(axis=1).any()
        assert near == shown, (place, colour)


def test_parts_with_a_code_of_their_own_are_drawn_as_the_whole_where_nothing_is_said_of_them():
    for codes in [("PSG", "PSE"), ("PSB", "PSE"), ("ZZB", "TZA")]:
        assert [one.codes for one in shapes._shapes().lands].count(codes) == 1
    both = [MapClass("a", "own", frozenset({"TZA"})), MapClass("b", "region", frozenset({"ZZB"}))]
    assert set(draw(both).places.values()) == {"shape", "dot"}
    assert draw([MapClass("a", "own", frozenset({"PSE"}))]).places == {"PSE": "dot"}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_map_of_a_region_holds_its_countries_and_every_word_has_room(view, narrow, language):
    use_language(language)
    codes = {one.iso3 for one in countries() if view in ("world", one.region)} & shapes.codes()
    groups = classes(codes)
    made = draw(groups[:4], no_data=groups[4].countries, view=view, narrow=narrow)
    with style():
        assert made.sheet.faults() == []
    beyond = {code for code, how in made.places.items() if how == "beyond"}
    assert beyond <= {"western_europe_north_america": {"AUS", "NZL"}, "asia_pacific": {"TON", "WSM"}}.get(view, set())
    written = " ".join(text.get_text() for text in made.sheet.figure.texts)
    assert all(f"class {n} ({len(one.countries)})" in written for n, one in enumerate(groups[:4]))
    assert f"{'no value' if language == 'en' else 'sin valor'} ({len(groups[4].countries)})" in written
    assert all(ogp.country(code).name in written for code in beyond)
    assert made.sheet.height <= (640 if narrow else 720)


def test_the_same_map_is_the_same_and_light():
    @drawing
    def figure(view):
        codes = {one.iso3 for one in countries() if view in ("world", one.region)} & shapes.codes()
        sheets = tuple(draw(classes(codes), view=view, narrow=narrow).sheet for narrow in (False, True))
        return "map", "A caption", "An alternative", sheets

    one, other = figure("world"), figure("world")
    assert one.svg() == other.svg() and one.svg(narrow=True) == other.svg(narrow=True)
    # Each country is a path of its own, by which a page leads on from it.
    assert 30_000 < len(one.svg()) < 66_000 and 15_000 < len(one.svg(narrow=True)) < 36_000
    assert all(len(figure(view).svg(narrow=True)) < 25_000 for view in VIEWS[1:])


def test_no_gap_opens_between_neighbours_when_bends_are_taken_out():
    arcs = shapes._shapes()
    points = np.round(shapes._projected(arcs.points) * 200, 3)
    stays = shapes._without_small_bends(points, arcs.starts, 3.0)
    assert stays[arcs.starts[:-1]].all() and stays[arcs.starts[1:] - 1].all() and 0.05 < stays.mean() < 0.15
    x, y = points[stays].T
    twice = abs((x[1:-1] - x[:-2]) * (y[2:] - y[:-2]) - (x[2:] - x[:-2]) * (y[1:-1] - y[:-2]))
    number = np.repeat(np.arange(len(arcs.starts) - 1), np.diff(arcs.starts))[stays]
    inner = (number[:-2] == number[1:-1]) & (number[1:-1] == number[2:])
    assert (twice[inner] / 2 >= 3.0).all()
    once, again = shapes._without_small_bends(points, arcs.starts, 0.0), np.ones(len(points), bool)
    assert (once == again).all()


def test_the_projection_is_the_published_one_and_keeps_areas():
    # Corners of the world in radii of the globe, as the paper and PROJ (eqearth) have them.
    ends = shapes._projected(np.array([[180.0, 0], [0, 90], [180, 90], [90, 45]]))
    assert ends[0] == pytest.approx([2.70663, 0], abs=1e-5) and ends[1] == pytest.approx([0, 1.31736], abs=1e-5)
    assert ends[2] == pytest.approx([0.5925 * 2.70663, 1.31736], abs=1e-3)
    for east, north in itertools.product((0, 60, 150), (-70, -30, 0, 20, 55, 80)):
        around = shapes._projected(np.array([[0.0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]]) + [east, north])
        round_earth = np.radians(0.01) * (np.sin(np.radians(north + 0.01)) - np.sin(np.radians(north)))
        assert shapes._areas(around, np.array([0, len(around)])) == pytest.approx(round_earth, rel=2e-3)


def test_what_is_said_of_a_country_where_somebody_points_at_it():
    groups = [MapClass("fell", "own", frozenset({"MEX", "KIR"})), MapClass("rose", "region", frozenset({"FRA"}))]
    drawn = draw(groups, values={"MEX": -0.0712}, no_data={"BRA"}).sheet
    said = {"MEX": "Mexico: −0.071", "KIR": "Kiribati: fell", "FRA": "France: rose", "BRA": "Brazil: no value"}
    assert drawn.places == said
    svg = io.StringIO()
    drawn.figure.savefig(svg, format="svg")
    assert all(f'<g id="{code}">' in svg.getvalue() for code in said)
    assert set(draw(groups, view="western_europe_north_america").sheet.places) == {"FRA", "MEX"}
    assert not draw(groups, narrow=True).sheet.places
    texts = dict.fromkeys(("title", "about", "source", "caption", "alt"), ogp.say("Moved"))
    for data, held in ((pd.Series([1.0]), True), (Withheld(pd.Series([1.0]), ["fiw_e2"]), False)):
        figure = ogp.figure(lambda _: MapChart(groups, values={"MEX": -1.0}), data, name="map", texts=texts)
        assert ("places" in figure.payload()) is held


def test_a_country_without_a_shape_is_named_and_the_others_of_the_view_may_have_no_value():
    made = draw([MapClass("fell", "own", frozenset({"TUV", "MEX", "FJI"}))], no_data=None, view="asia_pacific")
    written = " ".join(text.get_text() for text in made.sheet.figure.findobj(Text))
    assert "Not on this map: " in written and "Tuvalu (fell)" in written and "no value (" in written
    assert made.places["TUV"] == "beyond" and {"JPN", "IND"} <= made.places.keys() and "KEN" not in made.places
    assert draw([MapClass("fell", "own", frozenset({"MEX"}))]).places == {"MEX": "shape"}


def test_one_of_several_maps_is_chosen_by_its_name_in_the_language_of_the_page():
    texts = {part: {"en": "Maps", "es": "Mapas"} for part in ("title", "about", "source", "caption", "alt")}
    chart = MapChart([MapClass("fell", "own", frozenset({"MEX"}))], (), "latin_america_caribbean", (True,))
    with speaking(None):
        made = ogp.figure(lambda: chart, name="map", texts=texts, view={"en": "Latin America", "es": "América Latina"})
    assert made.view == made.payload()["view"] == "Latin America" and made.narrow is None
    with speaking("es"):
        assert anew(made).view == "América Latina"


def test_a_view_that_is_none_is_refused():
    with pytest.raises(UnknownName, match=r"there is no view 'europe'. Use world, eastern_europe_central_asia, .*"):
        draw(classes(), view="europe")


def test_every_rule_of_disputed_land_has_its_reason_and_source():
    for rule in shapes.rules()["disputed"]:
        assert len(rule["reason"]) > 20 and len(rule["source"]) > 10 and isinstance(rule["coloured"], bool)
    named = {land.disputed for land in shapes._shapes().lands} - {""}
    assert named == {rule["name"] for rule in shapes.rules()["disputed"]}
    assert set(shapes.rules()["views"]) == set(VIEWS)


#: What dichromats see of linear red, green and blue (Machado, Oliveira and Fernandes, 2009, severity 1).
SIGHTS = {
    "all": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(colour: str, sight) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    linear = np.clip(np.array(sight) @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("palette", [PALETTE, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [FALL_TO_RISE, LITTLE_TO_MUCH])
def test_classes_can_be_told_apart_by_every_reader(sight, palette, scale):
    for one, other in itertools.combinations((*scale, "absent", "land"), 2):
        distance = np.linalg.norm(lab(palette[one], SIGHTS[sight]) - lab(palette[other], SIGHTS[sight]))
        assert distance > 10, (one, other, distance)
    assert maps._HATCHED["edgecolor"] == PALETTE["muted"]


@pytest.mark.parametrize("palette", [PALETTE, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [FALL_TO_RISE, LITTLE_TO_MUCH])
def test_classes_can_be_told_apart_in_grey(palette, scale):
    """By their lightness, or by lines over them, which only the classes of a rise have."""
    for one, other in itertools.combinations((*scale, "absent", "land"), 2):
        apart = abs(lab(palette[one], SIGHTS["all"])[0] - lab(palette[other], SIGHTS["all"])[0])
        assert apart > 3 or (one in maps._RISES) != (other in maps._RISES), (one, other, apart)
    drawn = drawing(lambda: ("map", "A", "B", draw([MapClass("x", scale[-1], frozenset({"MEX"}))]).sheet))().svg()
    assert drawn.count("<pattern") == 2 + ("region" in scale), "two for what is disputed, on the map and in the key"
