"""Change one operator of the code at a time, and see whether a test notices: ``python tools/mutants.py``.

Which files are changed, which tests look at them, and which survivors are known stands in ``mutants.toml``. Every
mutant lives in a throw-away copy of the checkout. Of the tests of its file it meets first those that call its function,
the quickest first, and at the first failure it is caught; only one that survives them meets the others.
"""

from __future__ import annotations

import argparse
import ast
import copy
import hashlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "ogp_analysis"
PAGE = ROOT / "docs" / "mutants.md"
LIST = Path(__file__).with_suffix(".toml")
OPERATORS = ("comparison", "boundary", "boolean", "constant", "deleted guard")
#: At least so many of the mutants that are not equivalent must be caught.
WANTED = 0.95
_BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_OPPOSITE = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_SWAPPED = {ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
_QUANTIFIERS = {"any": "all", "all": "any"}
#: Arguments that are checks of the code on itself, say only in which memory something is done, or number the rows of a
#: frame, which no result promises.
_LEFT_ALONE = {"strict", "copy", "deep", "frozen", "slots", "ignore_index", "drop"}
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)
#: Loaded once, before a process of its own is forked for each mutant: no test depends on their being loaded.
_WARM = ("numpy", "pandas", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet", "hypothesis", "pytest")
#: What pytest says: all passed, some failed, interrupted (the mutant cannot be imported), nothing collected.
_PASSED, _FAILED, _BROKEN, _NONE = 0, 1, 2, 5
#: Seconds that the tests of a mutant have at least, and how often they get twice as many if the machine was busy.
_GRACE, _TRIES = 30.0, 4


_HEAD = """\
# Mutants: does a test notice when the code changes?

Written by `tools/mutants.py --write` on the code of commit `{commit}`. One operator of the code is changed at a time,
in a throw-away copy; a mutant is caught if a test of its file fails, or does not end. `.ci/run` draws 40 mutants with a
fixed seed, `make audit` 100; `tools/mutants.py` without `--sample` runs all, for half a day. Which tests look at which
file stands in `tools/mutants.toml`; of these, tests that read the published files are left out. Tests were written for
what the sample showed: its share is not an estimate for all mutants.

Run: {ran}. Caught: {caught:,} of the {counted:,} that are not equivalent ({share:.1%}; at least {wanted:.0%} are asked
for).

Operators: a comparison turned round; its boundary moved; `and`/`or`, `&`/`|`, `any`/`all`, `True`/`False` swapped,
`not` or `~` left out; a number one larger, a text that is compared with made another; a guard that raises, returns or
goes on deleted. Left alone: annotations, decorators, the wording of errors, and the arguments {spared}.

Why not mutmut or cosmic-ray: the first asks for its own layout and rewrites the functions of the whole package, the
second changes the checkout itself and starts the tests anew for each mutant; neither draws a sample by seed.
"""


@dataclass(frozen=True)
class Mutant:
    """One change of a file.

    Attributes
    ----------
    key : str
        File, function, what stood there and what stands there now; the same while the function does not change.
    file : str
        Path in the package.
    operator : str
        One of :data:`OPERATORS`.
    line : int
        Of the change.
    function : int
        First line of the function around it, 0 for none.
    text : bytes
        The file after the change.
    """

    key: str
    file: str
    operator: str
    line: int
    function: int
    text: bytes


@dataclass(frozen=True)
class Group:
    """Files that the same tests look at."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Test:
    """What is known of a test: how long it takes, the functions it calls, and whether it starts processes."""

    name: str
    seconds: float
    calls: frozenset[tuple[str, int]]
    starts: bool


def declared(path: Path = LIST, root: Path = ROOT) -> tuple[list[Group], dict]:
    """Return the groups, and the known survivors by the key of the mutant."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = []
    for name, entry in data["modules"].items():
        files = [p for pattern in entry["files"] for p in sorted((root / PACKAGE).glob(pattern))]
        files = [p.relative_to(root / PACKAGE).as_posix() for p in files if p.name != "__init__.py"]
        groups.append(Group(name, tuple(files), tuple(entry["tests"])))
    return groups, {entry["mutant"]: entry for entry in data.get("survivor", ())}


def mutants_of(file: str, text: bytes) -> list[Mutant]:
    """Return every mutant of a file, in the order of the text."""
    starts = [0]
    for line in text.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    made, seen = [], Counter()
    for node, new, operator, function, name in _changes(ast.parse(text)):
        begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        old = " ".join(text[begin:end].decode().split())
        key = f"{file}, {name}: {operator}: {old} → {new}"
        seen[key] += 1
        key += f" ({seen[key]})" if seen[key] > 1 else ""
        mutated = text[:begin] + f"({new})".encode() + text[end:]
        made.append(Mutant(key, file, operator, node.lineno, function, mutated))
    return made


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr, str, str, int, str]]:
    """Yield the expression, what replaces it, the operator, and line and name of the function around it."""
    waiting: list[tuple[ast.AST, int, str, bool]] = [(tree, 0, "module", False)]
    while waiting:
        node, line, name, compared = waiting.pop()
        for new, target, operator in _changed(node, compared):
            yield target, ast.unparse(new), operator, line, name
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = node.name if name == "module" else f"{name}.{node.name}"
            if not isinstance(node, ast.ClassDef):
                line = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        waiting += [(child, line, name, _is_compared(node, child, compared)) for child in reversed(_children(node))]


def _is_compared(parent: ast.AST, child: ast.AST, compared: bool) -> bool:
    return isinstance(parent, ast.Compare) or (compared and isinstance(parent, (ast.Tuple, ast.Set, ast.List)))


def _children(node: ast.AST) -> list[ast.AST]:
    """Return what is looked at below a node: not annotations, decorators, wording of errors, texts with fields."""
    if isinstance(node, (ast.Raise, ast.JoinedStr, ast.arg)):
        return []
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return []
    left_out = {"annotation", "returns", "decorator_list"}
    found = []
    for field, value in ast.iter_fields(node):
        if field in left_out:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and not (isinstance(one, ast.keyword) and one.arg in _LEFT_ALONE):
                found.append(one)
    return found


def _changed(node: ast.AST, compared: bool) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """Yield for each mutant of a node alone: the new expression, the one it replaces, the operator."""
    if isinstance(node, ast.Compare):
        for table, operator in ((_OPPOSITE, "comparison"), (_BOUNDARY, "boundary")):
            for at, sign in enumerate(node.ops):
                if type(sign) in table:
                    new = copy.copy(node)
                    new.ops = [*node.ops[:at], table[type(sign)](), *node.ops[at + 1 :]]
                    yield new, node, operator
    elif isinstance(node, ast.BoolOp) or (isinstance(node, ast.BinOp) and type(node.op) in _SWAPPED):
        new = copy.copy(node)
        new.op = _SWAPPED[type(node.op)]()
        yield new, node, "boolean"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        yield node.operand, node, "boolean"
    elif isinstance(node, ast.Call) and _function(node.func) in _QUANTIFIERS:
        new = copy.copy(node.func)
        setattr(new, "id" if isinstance(new, ast.Name) else "attr", _QUANTIFIERS[_function(node.func)])
        yield new, node.func, "boolean"
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value), node, "boolean"
        elif isinstance(node.value, (int, float)):
            yield ast.Constant(node.value + 1), node, "constant"
        elif isinstance(node.value, str) and compared:
            yield ast.Constant(node.value + "?"), node, "constant"
    elif isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], _LEAVES):
        yield ast.Constant(False), node.test, "deleted guard"
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield ast.Constant(True), test, "deleted guard"


def _function(called: ast.expr) -> str:
    return getattr(called, "id", "") or getattr(called, "attr", "")


def sampled(groups: Iterable[list[Mutant]], count: int | None, seed: str) -> list[Mutant]:
    """Return `count` mutants (None for all), from each group in turn; which ones depends on seed and key alone."""

    def rank(one: Mutant) -> str:
        return hashlib.sha256(f"{seed}\n{one.key}".encode()).hexdigest()

    turns = zip_longest(*(sorted(group, key=rank) for group in groups))
    return [one for turn in turns for one in turn if one is not None][:count]


def copied(root: Path, folder: Path) -> Path:
    """Copy what a checkout holds of its own, with compiled files that are used only while their source is the same."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)
    compiling = ["-m", "compileall", "-q", "--invalidation-mode", "checked-hash", PACKAGE]
    subprocess.run([sys.executable, *compiling], cwd=folder, check=True)
    return folder


class Recorder:
    """Plugin of pytest: what each test calls in the package, how long it takes, whether it starts processes."""

    def __init__(self, folder: Path) -> None:
        self.package = f"{folder / PACKAGE}{os.sep}"
        self.told, self.calls, self.started = [], set(), False
        sys.addaudithook(self._audit)

    def _audit(self, event: str, _: tuple) -> None:
        self.started |= event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec")

    def _trace(self, frame, *_) -> None:
        code = frame.f_code
        if code.co_filename.startswith(self.package):
            self.calls.add((code.co_filename[len(self.package) :], code.co_firstlineno))

    def pytest_runtest_protocol(self, item) -> None:
        self.calls, self.started, self.began = set(), False, time.monotonic()
        sys.settrace(self._trace)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        sys.settrace(None)
        self.told.append((nodeid, time.monotonic() - self.began, sorted(self.calls), self.started))


class Chosen:
    """Plugin of pytest: only some tests, in the order in which they are named."""

    def __init__(self, names: list[str]) -> None:
        self.rank = {name: number for number, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.rank), key=lambda one: self.rank[one.nodeid])


def forked(folder: Path, files: Iterable[str], plugin, output: Path | None = None) -> int:
    """Start the tests of `files` in a process of its own, in the copy `folder`, and return its number."""
    number = os.fork()
    if number:
        return number
    status = 3
    try:
        os.setsid()
        os.chdir(folder)
        silent = os.open(folder / ".tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(silent, stream)
        os.environ.pop("OGP_ANALYSIS_MIRROR", None)
        os.environ |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        sys.path[:] = [str(folder), *(p for p in sys.path if Path(p or ".").resolve() not in (ROOT, ROOT / "tools"))]
        import pytest

        options = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0", f"--basetemp={folder / '.tmp'}"]
        # What was imported before the fork cannot be rewritten; the tests are those of the suite all the same.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = int(pytest.main([*options, *files], plugins=[plugin]))
        if output is not None:
            output.write_text(json.dumps(plugin.told), encoding="utf-8")
    finally:
        os._exit(status)


def ended(number: int) -> None:
    """End a process that :func:`forked` started, and what it left behind."""
    try:
        os.killpg(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def waited(number: int, seconds: float) -> int | None:
    """Return the status of a process, None if it was still running after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(number, os.WNOHANG)
        if done:
            ended(number)
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            ended(number)
            os.waitpid(number, 0)
            return None
        time.sleep(0.02)


def recorded(folder: Path, group: Group) -> list[Test]:
    """Run the tests of a group on the code as it is, and return what each calls.

    Raises
    ------
    SystemExit
        If one fails: then none of them tells anything about a mutant.
    """
    output = folder / ".calls.json"
    status = waited(forked(folder, group.tests, Recorder(folder), output), 1800)
    if status != _PASSED:
        log = (folder / ".tests.log").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"{group.name}: its tests do not pass on the code as it is. Mend them first.\n{log[-2000:]}")
    told = json.loads(output.read_text(encoding="utf-8"))
    return [Test(name, took, frozenset(map(tuple, calls)), starts) for name, took, calls, starts in told]


def met_first(mutant: Mutant, tests: list[Test]) -> list[str]:
    """Return the tests that call the function of a mutant, or may do so in another process; the quickest first."""
    function = (mutant.file, mutant.function)
    calling = [one for one in tests if not mutant.function or function in one.calls or one.starts]
    return [one.name for one in sorted(calling, key=lambda one: (function not in one.calls, one.seconds))]


def outcome(folder: Path, mutant: Mutant, tests: list[Test]) -> str:
    """Return what became of a mutant: ``caught``, ``time limit`` (caught as well) or ``survived``."""
    place = folder / PACKAGE / mutant.file
    before = place.read_bytes()
    place.write_bytes(mutant.text)
    first = met_first(mutant, tests)
    rest = [one.name for one in tests if one.name not in set(first)]
    limit = _GRACE + 3 * sum(one.seconds for one in tests)
    try:
        for names in filter(None, (first, rest)):
            status = _tried(folder, names, limit)
            if status is None:
                place.write_bytes(before)
                limit = _passing(folder, names, limit)
                place.write_bytes(mutant.text)
                status = _tried(folder, names, limit)
            if status is None:
                return "time limit"
            if status not in (_PASSED, _NONE):
                # Also a process that died: a mutant that brings the tests down is noticed.
                return "caught"
        return "survived"
    finally:
        place.write_bytes(before)


def _tried(folder: Path, names: list[str], limit: float) -> int | None:
    files = dict.fromkeys(name.split("::")[0] for name in names)
    return waited(forked(folder, files, Chosen(names)), limit)


def _passing(folder: Path, names: list[str], limit: float) -> float:
    """Return a limit within which tests pass on the code as it is: on a busy machine a mutant needs longer, too.

    Raises
    ------
    SystemExit
        If they do not pass in eight times the limit.
    """
    for longer in range(_TRIES):
        if _tried(folder, names, limit * 2**longer) == _PASSED:
            return limit * 2**longer
    raise SystemExit(
        f"{names[0]} and {len(names) - 1} more do not pass in {limit * 2**longer:.0f} s on the code as it is."
    )


def run(mutants: list[Mutant], groups: list[Group], jobs: int, root: Path = ROOT) -> dict[str, str]:
    """Return what became of each mutant by its key. `jobs` processes share the groups, each with its own copy."""
    for name in _WARM:
        importlib.import_module(name)
    of_group = {file: group for group in groups for file in group.files}
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        base = copied(root, Path(made, "0"))
        lanes = [base, *(Path(shutil.copytree(base, Path(made, str(n)))) for n in range(1, jobs))]
        # First what the tests of each group call; then the mutants, wherever a lane is free.
        used = {of_group[one.file].name: of_group[one.file] for one in mutants}
        calls = _shared(list(used.values()), lanes, lambda lane, group: [vars(t) | {"calls": sorted(t.calls)}
                        for t in recorded(lane, group)], Path(made))  # fmt: skip
        tests = {
            name: [Test(t["name"], t["seconds"], frozenset(map(tuple, t["calls"])), t["starts"]) for t in told]
            for name, told in zip(used, calls, strict=True)
        }
        found = _shared(
            mutants, lanes, lambda lane, m: _said(m, outcome(lane, m, tests[of_group[m.file].name])), Path(made)
        )
    return {one.key: told for one, told in zip(mutants, found, strict=True)}


def _said(mutant: Mutant, told: str) -> str:
    print(f"{told:10}  {mutant.file}:{mutant.line}  {mutant.key.split(': ', 1)[1]}", flush=True)
    return told


def _shared(work: list, lanes: list[Path], do, folder: Path) -> list:
    """Return the result of each piece of work; each lane is a process that takes the next piece when it is free."""
    answers, ticket = folder / "answers", folder / "ticket"
    shutil.rmtree(answers, ignore_errors=True)
    answers.mkdir()
    numbers = []
    for lane in lanes:
        if number := os.fork():
            numbers.append(number)
            continue
        status = 1
        try:
            for at, piece in enumerate(work):
                try:  # whoever makes the file does the work
                    os.close(os.open(f"{ticket}-{len(work)}-{at}", os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    continue
                (answers / str(at)).write_text(json.dumps(do(lane, piece)), encoding="utf-8")
            status = 0
        except SystemExit as error:
            print(error, file=sys.stderr)
        finally:
            sys.stdout.flush()
            os._exit(status)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in numbers]
    for taken in folder.glob("ticket-*"):
        taken.unlink()
    if any(statuses):
        raise SystemExit("The mutants could not be run; what is wrong stands above.")
    return [json.loads((answers / str(at)).read_text(encoding="utf-8")) for at in range(len(work))]


def ran(count: int, chosen: int, every: int, seed: str, names: list[str]) -> str:
    """Return in words which mutants were run: `count` of the `chosen`, those of some groups or all there are."""
    told = f"all {chosen:,}" if count == chosen else f"{count:,} of {chosen:,}, drawn with the seed `{seed}`"
    return told if chosen == every else f"{told}, of the modules {', '.join(names)} alone, which have not all {every:,}"


def page(mutants: list[Mutant], found: dict[str, str], groups: list[Group], known: dict, what: str) -> str:
    """Return the text of docs/mutants.md; `what` was run."""
    of_group = {file: group.name for group in groups for file in group.files}
    rows: dict[str, Counter] = defaultdict(Counter)
    by_operator: dict[str, Counter] = defaultdict(Counter)
    for one in mutants:
        told = "equivalent" if is_equivalent(one.key, found, known) else found[one.key]
        rows[of_group[one.file]][told] += 1
        by_operator[one.operator][told] += 1
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    caught, counted = share(found, known)
    spared = ", ".join(f"`{name}`" for name in sorted(_LEFT_ALONE))
    numbers = {"caught": caught, "counted": counted, "share": caught / max(counted, 1), "wanted": WANTED}
    lines = [
        _HEAD.format(commit=commit, ran=what, spared=spared, **numbers),
        *_table("module", rows, [group.name for group in groups]),
        "",
        *_table("operator", by_operator, OPERATORS),
        "",
        "## Survivors",
        "",
    ]
    survivors = [one for one in mutants if found[one.key] == "survived"]
    for one in survivors:
        entry = known.get(one.key, {"equivalent": False, "reason": "Not looked at yet."})
        kind = "Equivalent" if entry["equivalent"] else "Not caught"
        lines.append(f"- `{one.key}`\n  {kind}: {entry['reason']}")
    return "\n".join([*lines, *([] if survivors else ["None."])]) + "\n"


def _table(name: str, rows: dict[str, Counter], order: Iterable[str]) -> list[str]:
    lines = [f"| {name} | mutants | caught | by the time limit | equivalent | survived |", "|---|--:|--:|--:|--:|--:|"]
    for row in order:
        told = rows[row]
        cells = (sum(told.values()), told["caught"], told["time limit"], told["equivalent"], told["survived"])
        lines.append(f"| {row} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
    return lines


def is_equivalent(key: str, found: dict[str, str], known: dict) -> bool:
    """Return whether a mutant survived that is proven to do the same as the code."""
    return found[key] == "survived" and known.get(key, {}).get("equivalent", False)


def share(found: dict[str, str], known: dict) -> tuple[int, int]:
    """Return how many mutants were caught, and how many could have been."""
    counted = [told for key, told in found.items() if not is_equivalent(key, found, known)]
    return sum(told != "survived" for told in counted), len(counted)


def main(arguments: list[str] | None = None) -> int:
    """Run the mutants; 1 if fewer than :data:`WANTED` are caught or a survivor is not on the list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="how many; all if left out")
    parser.add_argument("--seed", default="2026", help="which are drawn")
    parser.add_argument("--only", default="", help="mutants whose file and text hold this")
    parser.add_argument("--group", action="append", help="mutants of this group of modules; may be repeated")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="copies that are worked on side by side")
    parser.add_argument("--write", action="store_true", help="write docs/mutants.md")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    own = parser.parse_args(arguments)
    groups, known = declared()
    files = [[(file, (ROOT / PACKAGE / file).read_bytes()) for file in group.files] for group in groups]
    every = [[one for file, text in group for one in mutants_of(file, text)] for group in files]
    chosen = [
        [one for one in of if own.only in one.key] if group.name in (own.group or [group.name]) else []
        for group, of in zip(groups, every, strict=True)
    ]
    mutants = sampled(chosen, own.sample, own.seed)
    if own.list:
        print("\n".join(one.key for one in mutants))
        return 0
    found = run(mutants, groups, own.jobs)
    caught, counted = share(found, known)
    unknown = [key for key, told in found.items() if told == "survived" and key not in known]
    print(f"{caught} of {counted} mutants caught; {len(found) - counted} equivalent; {len(unknown)} new survivors")
    for key in unknown:
        print(f"survived: {key}")
    if own.write:
        names = [group.name for group, of in zip(groups, chosen, strict=True) if of]
        what = ran(len(mutants), *(sum(map(len, of)) for of in (chosen, every)), own.seed, names)
        PAGE.write_text(page(mutants, found, groups, known, what), encoding="utf-8")
    return int(bool(unknown) or caught < WANTED * counted)


if __name__ == "__main__":
    sys.exit(main())
