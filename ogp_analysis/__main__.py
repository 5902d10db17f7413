"""The command ``ogp-analysis``: each a thin door to its room; known faults end in one sentence, never in a traceback.

Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

import click

from ogp_analysis.base import paths
from ogp_analysis.base.errors import DownloadError, OgpAnalysisError, ParameterError, UnknownName, few, needs, printable
from ogp_analysis.base.terminal import Escaped

#: Faults of a disk or of rights, which no program can mend.
_OF_THE_SYSTEM = (errno.EACCES, errno.EDQUOT, errno.EIO, errno.ENOSPC, errno.EPERM, errno.EROFS)
_EDITIONS = click.Choice(["embedded", "full", "latest"])
_EDITION = partial(click.option, "--edition", type=_EDITIONS)
_LANGUAGES = click.Choice(["en", "es"])
_STYLES = click.Choice(["bibtex", "csl", "ris"])
_LANGUAGE = partial(click.option, "--language", type=_LANGUAGES, default="en", show_default=True)
_OUT = partial(click.option, "--out", required=True)
_AS = partial(click.option, "--as", "kind")
_MAP = "Map of the columns, for tables in a layout of their own, or whose columns have other names."
_ACCEPTED = 'TOML that says how values are read that no rule knows: dataset."column"."value" = "a known one".'
_ACCEPT = click.option("--accept", type=click.Path(path_type=Path), help=_ACCEPTED)
_COLUMNS = click.option("--columns", type=click.Path(path_type=Path), help=_MAP)
_SECONDS = "Seconds for each run."
_TIMEOUT = click.option("--timeout", type=click.FloatRange(1), default=600.0, show_default=True, help=_SECONDS)
_PINS = "The version of one dataset, for example vdem=16; may be given again for others."
_VALUES = "A value of a parameter. Given more than once for the same name: one run for each value."
_WHICH_DATA = "Data in the repository, files you fetched, or the newest of these and of the files you added."
_OF_RUNS = "Of all runs; by default what each asks for, else what the repository holds."
_DATA = click.option("--data", "pins", multiple=True, metavar="DATASET=VERSION", help=_PINS)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Say what went wrong, and nothing of what went well.")
#: What may be added of one's own, and how it is used; and what was changed of its values.
_USE = {"index": "the indicator", "events": "the events", "purchases": "the purchases"}
_CHANGED = dict.fromkeys(_USE, "Values that named a natural person, or an address that does, masked: {n:,}.") | {
    "index": "Its values are turned round (minimum + maximum - value), so that higher is more open."
}
#: Of commands that do the same whether one process works or several.
_JOBS = partial(click.option, "--jobs", type=click.IntRange(1, 64))
_SIDE_BY_SIDE = partial(
    _JOBS, default=min(2, os.cpu_count() or 1), show_default="2, where there are as many processors"
)
_CLUSTER = "Work on a Dask cluster: tcp://HOST:PORT of its scheduler. The result is the same."
_SCHEDULER = click.option("--scheduler", metavar="ADDRESS", help=_CLUSTER)


def _with_pins(edition: str | None, pins: tuple[str, ...]) -> str | None:
    """Return an edition with the versions that are pinned, as the key of a run has it."""
    if not pins:
        return edition
    from ogp_analysis.data.store.editions import canonical

    return canonical(",".join([edition or "embedded", *pins]))


class _Named(click.Path):
    """A file or folder by its name; an empty name, which an unset variable of a shell gives, is refused."""

    def convert(self, value, param, ctx):
        """Return the path, unless its name is empty."""
        if value == "":
            self.fail("The name is empty.", param, ctx)
        return super().convert(value, param, ctx)


_FILES = click.argument("file", nargs=-1, required=True, type=_Named(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ogp-analysis")
def commands() -> None:
    """Civic space, open-government commitments and surveillance procurement: clean, run, cite."""


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@_LANGUAGE(help="Of their prose.")
def lab(folder: Path | None, language: str) -> int:
    """Copy the notebooks into FOLDER, to be worked on; by default the folder lab of the project.

    A notebook that you changed there is left as it is. One that you save there under a name of its own is run by
    `ogp-analysis run NAME`.
    """
    from ogp_analysis.publishing.lab import lay_out

    project = paths.project()
    folder = folder or project.lab
    for name, state in lay_out(project, folder, language).items():
        click.echo(f"{name}: {state}")
    click.echo(project.shown(folder))
    return 0


@commands.command()
@click.argument("source", required=False)
@click.option("--version", help="Only this version of the source.")
@click.option("--from", "folder", type=click.Path(path_type=Path), help="A folder that holds the files already.")
@click.option("--all", "everything", is_flag=True, help="Of every source; so is --from without SOURCE.")
@click.option("--list", "listing", is_flag=True, help="Only list what is available, as without SOURCE.")
def fetch(source: str | None, version: str | None, folder: Path | None, everything: bool, listing: bool) -> int:
    """Get the published files of SOURCE, verified, into data/raw; without SOURCE, list what is available."""
    from ogp_analysis.data.sources.download import fetch as fetch_source
    from ogp_analysis.data.sources.sidecar import sources, versions

    if version and not source:
        raise ParameterError("ogp-analysis fetch --version", "needs the name of a source", "Name the source before it")
    project = paths.project()
    known = sources(project.sidecars)
    names = [source] if source else sorted({s.id for s in known if not s.dataset})
    if listing or not (source or folder or everything):
        versions(project.sidecars, source or names[0])  # refuses a name that is not known
        for one in (one for one in known if one.id in names and not one.dataset and version in (None, one.version)):
            there = all((project.raw / one.folder / file.name).is_file() for file in one.files)
            how = "here" if there else "by this command" if all(file.url for file in one.files) else "by hand, --from"
            size = sum(file.bytes for file in one.files) / 1e6
            click.echo(f"{one.id} {one.version}: {one.title}; {size:,.1f} MB; {how}")
        return 0
    faults = 0
    for name in names:
        try:
            for file, what in fetch_source(name, version, from_dir=folder).items():
                click.echo(f"{file}: {what}")
        except DownloadError as error:
            faults += 1
            click.echo(error, err=True)
    _tell_where(project, project.raw)
    return 1 if faults else 0


@commands.command()
@click.argument("source", required=False)
@click.argument("file", nargs=-1, type=_Named(path_type=Path))
@click.option(
    "--columns", type=click.Path(path_type=Path), help="Which column is which, in TOML: of your own, or of a source."
)
@click.option("--template", type=click.Choice([*_USE]), help="Print such a map, to be filled in.")
@_ACCEPT
@click.option("--version", help="What the publisher calls it; by default as the last year that it holds says.")
@click.option("--licence", help="Terms of the file; by default those of the version before.")
@click.option("--citation", help="How its publisher wants it cited.")
@click.option("--doi", help="Of this very version.")
@click.option("--url", help="Where you got it.")
@click.option("--accessed", help="The day on which you got it, YYYY-MM-DD.")
@click.option("--yes", is_flag=True, help="Keep it also where it does not look like the version before.")
def add(source: str | None, file, columns, accept, template: str | None, version: str | None, yes, **given) -> int:
    """Add FILE..., a newer version of SOURCE that you downloaded, for `--edition latest`.

    `add index FILE --columns MAP` adds an index of your own, which every notebook takes as an indicator; `add events`
    events of your own, for case studies and the pages of countries; `add purchases` purchases, for the pages on
    surveillance.
    """
    project = paths.project()
    if template:
        from ogp_analysis.data.store import own_list

        click.echo(own_list.template(template), nl=False)
        return 0
    if source in _USE:
        _add_own(project, source, file, columns, [version, accept, *given.values()])
        return 0
    if not source or not file:
        raise click.UsageError("Name a source and its files: ogp-analysis add SOURCE FILE...")
    from ogp_analysis.data.cleaning.overrides import overrides
    from ogp_analysis.data.store import adding

    said = overrides(columns, accept)

    if sys.stdin.isatty():
        for name in (name for name in ("licence", "citation", "doi") if given[name] is None):
            given[name] = click.prompt(f"{name} (empty: as the version before)", default="", show_default=False)
    done = adding.add(source, list(file), version, {k: v for k, v in given.items() if v}, project, said)
    name = f"{done.source.id} {done.source.release}"
    doubts = [] if yes else [f"{table.table}.{one}" for table in done.tables for one in table.doubts]
    if not done.new:
        click.echo(f"{name} is there already, with the same files. Nothing changed.")
    else:
        for label, columns in done.passed_over.items():
            click.echo(f"{label}: columns that no table uses ({len(columns)}): {few(columns, 12)}")
        for label, columns in done.lacking.items():
            click.echo(f"{label}: columns not there, and not required ({len(columns)}): {few(columns, 12)}")
        for label, rows in done.aside.items():
            click.echo(f"{label}: rows set aside, on the record: {rows:,}")
        for table in done.tables:
            against = f"against {table.before}" if table.before else "with no version before it"
            click.echo(f"{table.dataset}.{table.table}: {table.rows:,} rows, {against}")
            for what, found in (("years", table.years), ("countries", table.units), ("columns", table.columns)):
                if table.before and found:
                    click.echo(f"  new {what} ({len(found)}): {few([str(one) for one in found], 12)}")
            if table.gone:
                click.echo(f"  rows gone: {table.gone:,}")
            if len(table.revised):
                changes = project.shown(adding.revisions_file(project, table.dataset, done.source.version))
                kept = "" if doubts else f"; all are in {changes}"
                click.echo(f"  values revised: {len(table.revised):,}{kept}")
            for *key, column, old, new in table.revised.head(5).itertuples(index=False):
                click.echo(f"    {' '.join(key)}: {column} {old or 'missing'} -> {new or 'missing'}")
        if doubts:
            adding.remove(done.source.id, done.source.release, project)
            click.echo(f"{name} is not like the version before. {'. '.join(doubts[:5])}.", err=True)
            click.echo("Nothing is kept. If it is so all the same, add it with --yes.", err=True)
            return 1
        if done.source.carried:
            click.echo(f"Taken from the version before, to be checked in the sidecar: {', '.join(done.source.carried)}")
        click.echo(f"{name} is added. Use it with --edition latest, or --data {done.source.id}={done.source.release}.")
    _tell_where(project, project.raw / done.source.id / done.source.version)
    return 0


def _add_own(project: paths.Project, kind: str, files, columns: Path | None, others: list) -> None:
    """Add an index, events or purchases of the user's own."""
    from ogp_analysis.data.store import own_list

    if len(files) != 1 or columns is None or any(others):
        raise click.UsageError(f"Name one file and its map: ogp-analysis add {kind} FILE --columns MAP")
    about = own_list.stated(kind, columns)
    made, new = own_list.add(files[0], about, project)
    [row] = made["balance"]
    rows = f"{row['rows_in']:,} rows = {row['kept']:,} kept + {row['set_aside']:,} set aside"
    click.echo(f"{row['file']}: {rows}" + ("" if new else ". It is there already. Nothing changed"))
    if row["changed_values"]:
        click.echo(_CHANGED[kind].format(n=row["changed_values"]))
    if not about.redistribute:
        ranked = "drawn and ranked" if kind == "index" else "drawn"
        click.echo(f"Its values are {ranked}, not tabled: its map does not say redistribute = true.")
    click.echo(f"Use it as {_USE[kind]} {about.id}.")
    _tell_where(project, project.own / about.id)


@commands.command()
@click.argument("source")
@click.argument("version", required=False)
def remove(source: str, version: str | None) -> None:
    """Take away VERSION of SOURCE, which you added: files, sidecar and tables; or your own index or list, by id."""
    if paths.is_own(source) and not version:
        from ogp_analysis.data.store import own_list

        own_list.remove(source, paths.project())
        click.echo(f"{source} is removed.")
        return
    if not version:
        raise click.UsageError("Name its version: ogp-analysis remove SOURCE VERSION")
    from ogp_analysis.data.store import adding

    names = adding.remove(source, version, paths.project())
    click.echo(f"{source} {version} is removed ({', '.join(names)}).")


@commands.command("list")
@_JSON
def list_added(as_json: bool) -> None:
    """List the versions that you added: source, version, day, files, and datasets; then your own indices and lists."""
    from ogp_analysis.base.indicators import own
    from ogp_analysis.data.store import adding, own_list

    found, mine, others = adding.added(paths.project()), own(), own_list.lists()
    if as_json:
        names = [sorted({read.dataset for file in one.files for read in file.read_as}) for one in found]
        versions = [
            {"source": one.id, "version": one.release, "added": f"{one.added}", "datasets": of}
            | {"files": [{"name": file.name, "rows": file.rows, "sha256": file.sha256} for file in one.files]}
            for one, of in zip(found, names, strict=True)
        ]
        facts = ("first_year", "last_year", "licence", "redistribute")
        indices = [{"id": id, **{name: getattr(one, name) for name in facts}} for id, one in mine.items()]
        facts = ("kind", "rows", "first", "last", "licence", "redistribute")
        lists = [{"id": id, **{name: getattr(one, name) for name in facts}} for id, one in others.items()]
        _print_json({"versions": versions, "indices": indices, "lists": lists})
        return
    for one in found:
        files = ", ".join(f"{file.name} ({file.rows:,} rows)" for file in one.files)
        names = ", ".join(sorted({read.dataset for file in one.files for read in file.read_as}))
        click.echo(f"{one.id} {one.release}: {names}; added {one.added}; {files}")
    for id, one in mine.items():
        click.echo(f"{id}: {one.name.name}; {one.first_year} to {one.last_year}; {one.licence}")
    for id, one in others.items():
        click.echo(f"{id}: {one.title['en']}; {one.kind}: {one.rows:,}; {one.first} to {one.last}; {one.licence}")
    if not found and not mine and not others:
        click.echo("Nothing was added.")


@commands.command()
@click.argument("dataset", nargs=-1)
@_EDITION(default="embedded", show_default=True, help=_WHICH_DATA)
@_DATA
@_SIDE_BY_SIDE(help="Datasets side by side. Each takes some hundred MiB.")
@_QUIET
def build(dataset: tuple[str, ...], edition: str, pins: tuple[str, ...], jobs: int, quiet: bool) -> None:
    """Build the clean tables of DATASET..., or all; only what is missing or stale."""
    from ogp_analysis.data.store.editions import build as build_tables
    from ogp_analysis.data.store.shelf import remedy

    project = paths.project()
    edition = _with_pins(edition, pins) or edition

    def progress(name: str, what: str) -> None:
        if not quiet:
            click.echo(f"{name}: {what}")

    done = build_tables(dataset or None, edition, project, progress, jobs)
    _tell_where(project, project.processed)
    for name in dataset:
        if done[name] == "absent":
            raise UnknownName(f"dataset {name!r}", f"is not in the {edition} edition here", remedy(name, edition))


def _tell_where(project: paths.Project, folder: Path) -> None:
    """Say where the files of an installed package lie; those of a checkout lie in it."""
    if project.packaged:
        click.echo(folder)


@commands.command()
@click.argument("dataset", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; say which pages are out of date, and exit with 1.")
def codebook(dataset: tuple[str, ...], check: bool) -> int:
    """Write the pages in docs/codebook about DATASET..., or all, from schemas, sidecars and rules."""
    from ogp_analysis.data.cleaning import codebook as pages

    project = paths.project()
    found = pages.write(project, dataset, check)
    stale = [name for name, state in found.items() if state != pages.CURRENT]
    for name in stale if check else found:
        done = {pages.CURRENT: pages.CURRENT, pages.LEFT_OVER: "taken away"}.get(found[name], "written")
        click.echo(f"{project.shown(project.codebook / name)}: {found[name] if check else done}")
    if check and stale:
        said = f"{len(stale)} of {len(found)} pages are out of date"
        click.echo(f"{said}. Write them again: ogp-analysis codebook", err=True)
    return int(check and bool(stale))


@commands.command()
@_FILES
@_AS(default="", help="What the files are: compranet, ocds, table or a dataset; else they tell.")
@_OUT(type=_Named(path_type=Path), help="Folder to write tables and record into.")
@click.option("--layout", default="", help="Layout of files without a line of column names, for example B2.")
@_COLUMNS
@_ACCEPT
@click.option("--csv", is_flag=True, help="Write tables of OCDS as CSV too; others always are. Takes twice the time.")
@_LANGUAGE(help="Of the page.")
@_SIDE_BY_SIDE(help="Processes that clean large files in OCDS. The result is the same.")
@_SCHEDULER
def clean(file, kind: str, out: Path, layout: str, columns, accept, csv, language, jobs, scheduler) -> int:
    """Clean FILE..., downloads of your own, into tidy tables, with a record of everything that was done to them.

    FILE is a delimited text or a workbook, of OCDS a JSON file or JSON lines, a zip or gz of them, or a folder. Without
    --as the columns tell what the files are. Files of OCDS, and of a dataset of the catalogue, are cleaned together.
    What was cleaned before is not cleaned again; a command that was stopped goes on where it was.
    """
    from ogp_analysis.data.cleaning.overrides import overrides
    from ogp_analysis.procurement.own_files.cleaning_progress import Terminal
    from ogp_analysis.procurement.own_files.cleaning_run import MAPPED, clean_files
    from ogp_analysis.procurement.own_files.column_map import column_map

    of_table = columns and not accept and kind in ("", MAPPED)
    known = column_map(columns) if of_table else overrides(columns, accept)
    with closing(Terminal()) as progress, _machines(scheduler) or nullcontext(jobs) as where:
        done = clean_files(file, kind, out, layout, progress, language, csv, where, known)
    return int(_tell_cleaned(done, out / "summary.html"))


def _machines(scheduler: str | None, editions: Iterable[str] = (), own: Iterable[str] = ()):
    """Return a cluster, if its scheduler is named, with what it needs of some editions, and of the user's own files."""
    if not scheduler:
        return None
    from ogp_analysis.base.cluster import Cluster
    from ogp_analysis.publishing.runs.cluster import files

    return Cluster(scheduler, files(paths.project(), editions, own) if editions else None)


def _tell_cleaned(done: list, page: Path | None = None) -> bool:
    """Say what became of each file, where the page is, and last whether any failed or may have lost rows."""
    for one in done:
        rows = f"{one.rows_in:,} rows = {one.kept:,} kept + {one.set_aside:,} set aside + {one.merged:,} merged"
        click.echo(one.fault or f"{one.label}: {one.what}, {rows}", err=bool(one.fault))
    if page:
        click.echo(page)
    doubtful = [one for one in done if one.in_doubt]
    if doubtful:
        one = doubtful[0]
        what = f"{one.rows_in:,} were read, but a plain count finds {one.counted:,}. Look at it in a text editor."
        click.echo(
            f"{len(doubtful)} of {len(done)} files may have lost rows, for example {one.label}: {what}", err=True
        )
    return bool(doubtful) or any(one.what == "failed" for one in done)


@commands.command()
@_FILES
@_OUT(type=_Named(path_type=Path), help="Folder to write tables and page into.")
@_AS(type=click.Choice(["compranet", "ocds"]), help="What all files are; else each tells.")
@click.option("--layout", default="", help="Layout of CompraNet files without a line of column names.")
@_COLUMNS
@click.option("--private", is_flag=True, help="Leave no name, hash or copy of a file in DIR; list no contract unread.")
@_LANGUAGE(help="Of page and tables.")
@_SIDE_BY_SIDE(help="Processes that clean and search large files. The result is the same.")
@_SCHEDULER
def scan(file, out: Path, kind, layout: str, columns: Path | None, private, language, jobs, scheduler) -> int:
    """Search FILE..., files or folders of contracts, for probable purchases of surveillance technology.

    Files are cleaned as by `clean`. Into the folder go hits.csv and hits.xlsx, with a column for your verdict on each
    hit, powers.csv by buyer and date, and report.html, which names no supplier until you have confirmed a hit. Write
    your verdicts into one of the tables and run the same command again: they are kept.
    """
    from ogp_analysis.procurement.own_files.cleaning_progress import Terminal
    from ogp_analysis.procurement.own_files.column_map import column_map
    from ogp_analysis.publishing.scans import PAGE, scan_files

    if columns and (kind or layout):
        raise ParameterError("ogp-analysis scan --columns", "takes neither --as nor --layout", "Leave these out")
    how = {"kind": kind or "", "layout": layout, "columns": column_map(columns) if columns else None}
    with closing(Terminal()) as progress, _machines(scheduler, ["embedded"]) or nullcontext(jobs) as where:
        found = scan_files(file, out, **how, language=language, private=private, jobs=where, progress=progress)
    faulty = _tell_cleaned(found.files)
    if found.scan is None:
        return 1
    confirmed, lost = int(found.review.confirmed.sum()), len(found.review.lost)
    hits = f"{found.scan.probable:,} probable and {found.scan.possible:,} possible hits"
    click.echo(f"{found.scan.n:,} contracts: {hits}, {confirmed:,} confirmed")
    if lost:
        click.echo(f"Verdicts on contracts that are not hits now: {lost:,}; see lost_verdicts.csv.", err=True)
    click.echo(out / PAGE)
    return int(faulty)


def _notebooks(_ctx, _param, begun: str) -> list[str]:
    """Return the notebooks whose names begin like that, for a shell that completes what is typed."""
    from ogp_analysis.publishing.runs.notebook import names

    return [name for name in names(paths.project()) if name.startswith(begun)]


@commands.command()
@click.argument("notebook", required=False, shell_complete=_notebooks)
@click.option("-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help=_VALUES)
@click.option("--all", "everything", is_flag=True, help="All runs listed in notebooks/runs.toml.")
@_JOBS(default=1, show_default=True, help="Runs side by side.")
@click.option("--only", type=click.Choice(["notebook"]), help="Keep the executed notebook, do not render it.")
@click.option("--show", type=_LANGUAGES, help="Print the paths of the pages in this language, in place of the list's.")
@click.option("--dry-run", is_flag=True, help="List what would be done and why; do nothing.")
@click.option("--force", is_flag=True, help="Run even what is current.")
@click.option("--retries", type=click.IntRange(0, 10), default=0, show_default=True, help="Tries after a failure.")
@_TIMEOUT
@click.option("--memory", type=click.IntRange(64), help="MiB of memory for one run, where the system can limit it.")
@_EDITION(help=_OF_RUNS)
@_DATA
@_SCHEDULER
@_QUIET
def run(
    notebook,
    given,
    everything,
    jobs,
    only,
    show,
    dry_run,
    force,
    retries,
    timeout,
    memory,
    edition,
    pins,
    scheduler,
    quiet,
) -> int:
    """Run NOTEBOOK with the values given, or everything, and publish the reports.

    With --scheduler notebooks are run on the workers of the cluster, as many at a time as these have threads; tables
    are built, and reports published, here.
    """
    from ogp_analysis.publishing.runs import manifest
    from ogp_analysis.publishing.runs.notebook import called
    from ogp_analysis.publishing.runs.plan import Options, Planner

    if bool(notebook) == everything:
        raise ParameterError("ogp-analysis run", "needs either a notebook or --all", "Name one of the two")
    project = paths.project()
    notebook = notebook and called(project, notebook)
    edition = _with_pins(edition, pins)
    if notebook is None:
        if given:
            action = "Name a notebook, or edit notebooks/runs.toml"
            raise ParameterError("ogp-analysis run --all", "takes no parameters", action)
        runs = manifest.everything(project, edition)
    else:
        values: dict[str, list] = {}
        for name, value in given:
            values.setdefault(name, []).append(value)
        if values:
            runs = manifest.matrix(project, notebook, values, edition)
        else:
            runs = manifest.by_name(project, notebook, edition)
    if dry_run:
        _tell(one for one in _tables(project, runs) if one[0] == "build")
        _tell(_steps(Planner(project).steps(runs, force, only == "notebook")))
        return 0
    if scheduler:
        needs("cluster")
    options = Options(jobs, timeout, memory * 2**20 if memory else None, retries, only == "notebook")
    with redirect_stdout(io.StringIO()) if quiet else nullcontext():
        return _planned_and_run(project, runs, options, force, scheduler, show, quiet)


def _planned_and_run(
    project: paths.Project, runs: list, options, force: bool, scheduler: str | None, show: str | None, quiet: bool
) -> int:
    from ogp_analysis.publishing.runs import front_page, publish
    from ogp_analysis.publishing.runs.plan import Planner, build_tables

    editions = {r.edition for r in runs}
    build_tables(project, editions, lambda name, what: click.echo(f"table {name}: {what}", err=not quiet), options.jobs)
    planner = Planner(project, built=True)
    steps = planner.steps(runs, force, options.only_notebook)
    work = [s for s in steps if s.action != "current"]
    pages = [project.reports / run.place / show / "index.html" for run in runs] if show else [front_page.path(project)]
    if not work and front_page.is_current(project, planner.published):
        publish.clear_leftovers(project)
        click.echo(f"Nothing changed: {len(steps)} runs are current.")
        click.echo("\n".join(map(str, pages)))
        return 0
    from ogp_analysis.publishing.runs import runner  # with papermill
    from ogp_analysis.publishing.runs.progress import Progress

    for name in sorted({step.run.notebook for step in work}):
        _tell_lacking(project, name, planner.document(name))
    named = {name for r in runs for name in re.findall(rf"\b{paths.OWN}\w+", str(r.parameters))}
    with _machines(scheduler if work else "", editions, named) or nullcontext() as machines:
        size = machines.size if machines else options.jobs
        drawn = sys.stdout if quiet else sys.stderr
        with closing(Progress([(s.run.name, s.seconds) for s in work], size, drawn)) as progress:
            summary = runner.Batch(planner, options, progress, machines).execute(steps)
    for fault, names in summary.failures.items():
        shown = [*names[:10], f"and {len(names) - 10} more"] if len(names) > 10 else names
        click.echo("\n  ".join([f"{len(names)} failed: {fault}", *shown]), err=True)
    click.echo(f"{summary.published} run, {summary.current} current, {sum(map(len, summary.failures.values()))} failed")
    click.echo("\n".join(str(page) for page in pages if page.exists()))
    return 1 if summary.failures else 0


def _tell_lacking(project: paths.Project, name: str, document: dict) -> None:
    """Say what the pages of a notebook will lack: a title, the Spanish of its prose."""
    from ogp_analysis.publishing.runs import languages, notebook

    if not any(text.lstrip().startswith("# ") for text in languages.prose(document)):
        click.echo(f"{name}: has no title. Begin it with a Markdown cell `# Title`; its pages bear its name", err=True)
    lacking = languages.untranslated(document, languages.translations(project, notebook.path(project, name)))
    if lacking:
        first = f"{languages.hash_of(lacking[0])} ({printable(lacking[0].strip().splitlines()[0][:40])})"
        what = f"Markdown cells without Spanish in words/{name}_es.toml: {len(lacking)}, the first {first}"
        click.echo(f"{name}: {what}. Both pages show them as they are", err=True)


def _tables(project: paths.Project, runs: list) -> Iterator[tuple[str, str, list]]:
    """Yield of each table that the runs read whether it is current, its name, and why it is not."""
    from ogp_analysis.publishing.runs.plan import on_shelf, stale_tables

    for edition, names in on_shelf(project, {r.edition for r in runs}):
        for name, why in stale_tables(project, edition, names).items():
            yield ("build" if why else "current", f"table {edition}/{name}", why or [])


def _steps(steps) -> Iterator[tuple[str, str, list]]:
    return ((step.action, step.run.name, step.reasons) for step in steps)


def _tell(said: Iterable[tuple[str, str, list]]) -> None:
    for action, name, reasons in said:
        click.echo(f"{action:8}{name}" + (f": {'; '.join(reasons)}" if reasons else ""))


def _print_json(what) -> None:
    click.echo(json.dumps(what, ensure_ascii=False, indent=1))


@commands.command()
@click.option("--deep", is_flag=True, help="Compare the content of every file too, not only sizes.")
@_EDITION(help=_OF_RUNS)
@_DATA
@_JSON
def status(deep: bool, edition: str | None, pins: tuple[str, ...], as_json: bool) -> None:
    """Say of each table and each run whether it is current, and if not, why. Changes nothing.

    Of runs under `--edition latest` that a version you added has made stale it says which dataset they read now.
    """
    from ogp_analysis.publishing.runs import manifest
    from ogp_analysis.publishing.runs.plan import Planner

    project = paths.project()
    planner = Planner(project, deep)
    listed = manifest.everything(project, _with_pins(edition, pins))
    said = [*_tables(project, listed), *_steps([*planner.steps(listed), *planner.others(listed)])]
    if as_json:
        _print_json([{"action": action, "name": name, "reasons": list(why)} for action, name, why in said])
    else:
        _tell(said)


@commands.command()
@click.argument("executed", type=click.Path(path_type=Path))
@_LANGUAGE(help="Of the page whose path is printed.")
def render(executed: Path, language: str) -> None:
    """Make the report folder of EXECUTED, a notebook that papermill or Jupyter ran.

    It is the folder that `run` makes, with a page in each language. That EXECUTED was run with the code that is here
    now is taken on trust; `verify` checks it.
    """
    from ogp_analysis.publishing.runs.runner import render_one

    click.echo(render_one(paths.project(), executed, language))


@commands.command()
@click.argument("executed", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it; by default over EXECUTED.")
def normalise(executed: Path, output: Path | None) -> None:
    """Take clocks, paths and random ids out of EXECUTED, a notebook that was run."""
    from ogp_analysis.publishing.runs.runner import normalise_one

    normalise_one(executed, output or executed)


@commands.command()
@click.argument("output", nargs=-1, required=True)
@_TIMEOUT
@_JSON
def verify(output: tuple[str, ...], timeout: float, as_json: bool) -> int:
    """Run OUTPUT again from its own record, and say whether it is the same.

    OUTPUT is named as for `cite`. Its folder may lie anywhere and come from anyone: nothing in it is run or believed.
    The verdict is `same bytes`; or `same numbers`, if only drawings differ in bytes, show the same, and the record
    names another environment; or `different` and where first, with exit code 1. A file that was taken out of a report
    is held against the record that lists it; a file that no record lists belongs to no report. If OUTPUT is a folder of
    reports, nothing is run: every file is held against `ro-crate-metadata.json` and the record of its report, and each
    that was changed, is missing or is not listed is named.
    """
    from ogp_analysis.publishing.runs import run_record
    from ogp_analysis.publishing.runs.plan import Options
    from ogp_analysis.publishing.runs.verify import has_crate, verify_file, verify_reports
    from ogp_analysis.publishing.runs.verify import verify as verify_one

    project, options = paths.project(), Options(timeout=timeout)
    verdicts = []
    for one in output:
        if has_crate(Path(one)):
            verdict = verify_reports(Path(one))
        elif Path(one).is_file():
            verdict = verify_file(project, Path(one), options)
        else:
            verdict = verify_one(project, run_record.located(project, one), options)
        verdicts.append({"output": one, "same": verdict.same, "verdict": verdict.text})
        if not as_json:
            click.echo(f"{printable(one)}: {verdict.text}")
    if as_json:
        _print_json(verdicts)
    return int(any(one["same"] == "neither" for one in verdicts))


@commands.command()
@click.argument("notebook")
@click.option("--out", type=click.Path(path_type=Path), default="collected", show_default=True, help="A folder.")
@_JSON
def collect(notebook: str, out: Path, as_json: bool) -> None:
    """Put the numbers that the published runs of NOTEBOOK print into one table: a row a run, a column a number.

    It is written as CSV and as Parquet; NOTEBOOK.numbers.csv says of each number unit, decimals, interval and label.
    With --json nothing is written: runs and numbers are printed.
    """
    from ogp_analysis.publishing.runs.collected import collect as collected
    from ogp_analysis.publishing.runs.collected import write
    from ogp_analysis.publishing.runs.notebook import called

    project = paths.project()
    if as_json:
        frame = collected(called(project, notebook))
        runs = json.loads(frame.to_json(orient="records", double_precision=15))
        _print_json({"runs": runs, "numbers": frame.attrs["numbers"]})
        return
    click.echo("\n".join(str(file) for file in write(project, called(project, notebook), out)))


@commands.command()
@click.argument("output", nargs=-1, required=True)
@click.option("--style", type=_STYLES, default="bibtex", show_default=True, help="Of the references; csl is JSON.")
def cite(output: tuple[str, ...], style: str) -> None:
    """Print the references of OUTPUT...: itself, the software, each data source and the papers behind its methods.

    Of several outputs it is one bibliography: what two of them rest on has one key and stands once, as the first has
    it. OUTPUT is the id that a report states, or its first four digits or more; the name of its folder; the path of the
    folder or of a file in it; or a figure, table or PDF that was taken out of it.
    """
    from ogp_analysis.publishing.runs.runner import references

    click.echo(references(paths.project(), output, style), nl=False)


@commands.command()
@click.argument("output", nargs=-1)
@_OUT(type=click.Path(path_type=Path), help="FILE.zip; else a folder, new or empty.")
@_LANGUAGE(help="Of the README.")
@click.option("--without-reports", is_flag=True, help="Leave the published outputs out; their hashes stay.")
@click.option("--measure", is_flag=True, help="First make the outputs again from it; keep time, memory and storage.")
def archive(output: tuple[str, ...], out: Path, language: str, without_reports: bool, measure: bool) -> None:
    """Pack what others need to make OUTPUT... again, with the README that journals ask for.

    OUTPUT is named as for `cite`; without any, it is everything that notebooks/runs.toml lists. The archive holds what
    git tracks, the parameters, the data that may be passed on, and the outputs. One that was edited, or is not current,
    is refused.
    """
    from ogp_analysis.data.sources.sidecar import sources
    from ogp_analysis.publishing.archive.pack import archive as pack

    def progress(step: str) -> None:
        click.echo(f"measuring: {step}", err=True)

    project = paths.project()
    options = {"with_reports": not without_reports, "measure": measure, "progress": progress}
    packed = pack(project, sources(project.sidecars), output, out, language, **options)
    click.echo(f"{packed.outputs:,} outputs, {packed.files:,} files; data files not in it: {packed.withheld:,}")
    click.echo(packed.place)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: work was tried and failed. 2: it cannot be done as it was typed. 130: stopped by the user. 143: told to
    end.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name may hold a letter that the terminal has not
            stream.reconfigure(errors="backslashreplace")
    if arguments is None:  # a process that is asked to stop removes its temporary files
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with redirect_stdout(Escaped(sys.stdout)), redirect_stderr(Escaped(sys.stderr)):
        return _run(arguments)


def _run(arguments: list[str] | None) -> int:
    try:
        return commands.main(arguments, prog_name="ogp-analysis", standalone_mode=False) or 0
    except OgpAnalysisError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.info_name == "run":
            given = error.option_name.lstrip("-")
            error.message += f" A parameter of a notebook is written -p {given} VALUE."
            error.possibilities = None
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        if arguments is None:  # a second Ctrl-C while the interpreter ends would end it by the signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("Stopped. What was finished is kept; the same command goes on from here.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in _OF_THE_SYSTEM:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror}. Mend that, then run the same command again.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
