"""The commands, each a thin door to its room. Nothing heavy is imported before it is needed."""

from __future__ import annotations

from pathlib import Path

import click

from ogp_analysis import paths
from ogp_analysis.errors import DownloadError, ParameterError

_EDITION = click.option(
    "--edition",
    type=click.Choice(["embedded", "full"]),
    default="embedded",
    show_default=True,
    help="What the repository holds, or the published files you fetched.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ogp-analysis")
def commands() -> None:
    """Civic space, open-government commitments and surveillance procurement: clean, run, cite."""


@commands.command()
@click.argument("source", required=False)
@click.option("--version", "version", help="Only this version of the source.")
@click.option("--from", "folder", type=click.Path(path_type=Path), help="A folder that holds the files already.")
def fetch(source: str | None, version: str | None, folder: Path | None) -> int:
    """Get the published files of SOURCE, or of every source, verified, into data/raw."""
    from ogp_analysis.sources.catalog import sources
    from ogp_analysis.sources.download import fetch as fetch_source

    known = sources(paths.project().raw)
    names = [source] if source else sorted({s.id for s in known if not s.dataset})
    faults = 0
    for name in names:
        try:
            for file, what in fetch_source(name, version, from_dir=folder).items():
                click.echo(f"{file}: {what}")
        except DownloadError as error:
            faults += 1
            click.echo(error, err=True)
    return 1 if faults else 0


@commands.command()
@click.argument("dataset", nargs=-1)
@_EDITION
def build(dataset: tuple[str, ...], edition: str) -> None:
    """Build the clean tables of DATASET..., or all; only what is missing or stale."""
    from ogp_analysis.store.build import build as build_tables

    build_tables(dataset or None, edition, progress=lambda name, what: click.echo(f"{name}: {what}"))


@commands.command()
@click.argument("notebook", required=False)
@click.option(
    "-p",
    "--parameter",
    "given",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A value of a parameter. Given more than once for the same name: one run for each value.",
)
@click.option("--all", "everything", is_flag=True, help="All runs listed in notebooks/runs.toml.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Runs side by side.")
@click.option("--only", type=click.Choice(["notebook"]), help="Keep the executed notebook, do not render it.")
@click.option("--dry-run", is_flag=True, help="List what would be done and why.")
@click.option("--force", is_flag=True, help="Run even what is current.")
@click.option("--retries", type=click.IntRange(0, 10), default=0, show_default=True, help="Tries after a failure.")
@click.option("--timeout", type=click.FloatRange(1), default=600.0, show_default=True, help="Seconds for one run.")
@click.option("--memory", type=click.IntRange(64), help="MiB of memory for one run, where the system can limit it.")
@click.option("--engine", type=click.Choice(["auto", "warm", "cold"]), default="auto", show_default=True)
@_EDITION
def run(notebook, given, everything, jobs, only, dry_run, force, retries, timeout, memory, engine, edition) -> int:
    """Run NOTEBOOK with the values given, or everything, and publish the reports."""
    from ogp_analysis.batch.runner import Options

    if bool(notebook) == everything:
        raise ParameterError("ogp-analysis run", "needs either a notebook or --all", "Name one of the two")
    project = paths.project()
    options = Options(jobs, timeout, memory * 2**20 if memory else None, retries, only == "notebook", engine)
    return _run(project, _runs(project, notebook, given, edition), options, edition, force, dry_run)


def _runs(project: paths.Project, notebook: str | None, given, edition: str) -> list:
    from ogp_analysis.batch import manifest

    if notebook is None:
        if given:
            raise ParameterError(
                "ogp-analysis run --all", "takes no parameters", "Name a notebook, or edit notebooks/runs.toml"
            )
        return manifest.everything(project, edition)
    values: dict[str, list] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    return manifest.matrix(project, notebook, values, edition)


def _run(project: paths.Project, runs: list, options, edition: str, force: bool, dry_run: bool) -> int:
    from ogp_analysis.batch import runner
    from ogp_analysis.batch.plan import Planner
    from ogp_analysis.batch.progress import Progress

    _build_stale(project, edition)
    planner = Planner(project)
    steps = [planner.step(r, force, options.only_notebook) for r in runs]
    work = [s for s in steps if s.action != "current"]
    if dry_run:
        _tell(steps)
        return 0
    if not work and (project.reports / "index.html").is_file():
        click.echo(f"Nothing changed: {len(steps)} runs are current. {project.reports / 'index.html'}")
        return 0
    progress = Progress(len(work), sum(s.seconds for s in work), options.jobs)
    summary = runner.execute(project, planner, steps, options, progress)
    progress.close()
    page = runner.index(project)
    _summarise(summary, page)
    return 1 if summary.failures else 0


def _build_stale(project: paths.Project, edition: str) -> None:
    """Build the tables that are stale; the heavy part is imported only if there is one."""
    from ogp_analysis.cleaning.catalog import DATASETS
    from ogp_analysis.store import state

    there = {name: state.places(project, name, edition) for name in sorted(DATASETS)}
    stale = [name for name, inputs in there.items() if inputs and not state.current(project, name, edition, inputs)]
    if stale:
        from ogp_analysis.store.build import build as build_tables

        build_tables(stale, edition, project, lambda name, what: click.echo(f"table {name}: {what}", err=True))


def _summarise(summary, page: Path) -> None:
    for fault, names in summary.failures.items():
        click.echo(f"{len(names)} failed: {fault}", err=True)
        for name in names[:10]:
            click.echo(f"  {name}", err=True)
        if len(names) > 10:
            click.echo(f"  and {len(names) - 10} more", err=True)
    parts = [
        f"{summary.published} run",
        f"{summary.rendered} rendered again",
        f"{summary.current} current",
        f"{summary.failed} failed",
    ]
    engine = f" (engine {summary.engine})" if summary.engine else ""
    click.echo(", ".join(parts) + engine)
    click.echo(page)


def _tell(steps) -> None:
    for step in steps:
        click.echo(f"{step.action:8}{step.run.name}" + (f": {'; '.join(step.reasons)}" if step.reasons else ""))


@commands.command()
@click.option("--deep", is_flag=True, help="Compare the content of every file too, not only sizes.")
@_EDITION
def status(deep: bool, edition: str) -> None:
    """Say of each run whether it is current, and if not, why."""
    from ogp_analysis.batch import manifest
    from ogp_analysis.batch.plan import Planner

    project = paths.project()
    _build_stale(project, edition)
    planner = Planner(project, deep)
    listed = manifest.everything(project, edition)
    others = [manifest.Run(r["notebook"], tuple(r["parameters"].items())) for r in planner.published.values()]
    _tell([planner.step(r) for r in dict.fromkeys([*listed, *others])])


@commands.command()
@click.argument("executed", type=click.Path(path_type=Path))
def render(executed: Path) -> None:
    """Make the report folder of EXECUTED, a notebook that papermill or Jupyter ran."""
    from ogp_analysis.batch.single import render_one

    click.echo(render_one(paths.project(), executed))


@commands.command()
@click.argument("executed", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write it; over the notebook itself by default."
)
def normalise(executed: Path, output: Path | None) -> None:
    """Take clocks, paths and random ids out of EXECUTED, a notebook that was run."""
    from ogp_analysis.batch.single import normalise_one

    normalise_one(executed, output or executed)


@commands.command()
@click.argument("output_id")
def cite(output_id: str) -> None:
    """Print the references of an output: itself, the software and each data source."""
    from ogp_analysis.batch.single import references

    click.echo(references(paths.project(), output_id), nl=False)
