from __future__ import annotations

import gzip
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time

import pytest

from ogp_analysis.base.errors import BusyError, DownloadError, ParameterError, SourceError, UnknownName
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.data.sources import download
from ogp_analysis.data.sources.download import fetch
from ogp_analysis.data.sources.raw import chunks

BODY = b"country,score\n" + b"MEX,1.5\n" * 4000


@pytest.fixture(autouse=True)
def no_mirror_and_little_patience(monkeypatch):
    monkeypatch.delenv("OGP_ANALYSIS_MIRROR", raising=False)
    for name, value in (("CONNECT", 1), ("READ", 1), ("SLOWEST", 20_000)):
        monkeypatch.setattr(download, name, value)


def silent(step) -> None:
    """Show nothing."""


def get(folder, **options):
    return fetch("letters", progress=silent, root=folder.root, **options)


def wanted(folder, url="", body=BODY, name="a.csv", **fields):
    """Describe a file that is not there yet; return where it belongs."""
    return folder.add({name: body}, write=False, per_file={name: {"url": url} if url else {}}, **fields) / name


def litter(folder) -> list[str]:
    """Everything in the root that is neither a sidecar nor the lock of a fetch."""
    own = ("source.toml", ".fetch.lock")
    return sorted(path.name for path in folder.root.rglob("*") if path.is_file() and path.name not in own)


def refused(folder, said: str, **options) -> DownloadError:
    """Fetch, and hold the fault against its sentence; nothing may be kept."""
    with pytest.raises(DownloadError, match=said) as caught:
        get(folder, **options)
    assert litter(folder) == []
    assert str(caught.value).count(". ") + 1 >= 2 and str(caught.value).endswith(".")
    return caught.value


# --- where a file comes from ---


def test_a_file_that_is_there_is_left_there(folder, web):
    folder.add({"a.csv": BODY}, per_file={"a.csv": {"url": web.url("/a.csv")}})
    assert get(folder) == {"letters/1/a.csv": "already there"}
    assert web.asked == [] and litter(folder) == ["a.csv"]


def test_a_mirror_comes_before_the_web(folder, web, tmp_path, monkeypatch):
    target = wanted(folder, web.url("/a.csv"))
    place = tmp_path / "mirror" / "letters" / "1"
    place.mkdir(parents=True)
    (place / "a.csv").write_bytes(BODY)
    monkeypatch.setenv("OGP_ANALYSIS_MIRROR", str(tmp_path / "mirror"))
    assert list(get(folder).values()) == ["copied from mirror"]
    assert target.read_bytes() == BODY and web.asked == []
    assert (place / "a.csv").read_bytes() == BODY


@pytest.mark.parametrize("at", ["letters/1/sub/a.csv", "1/sub/a.csv", "sub/a.csv", "a.csv", "a (1).csv"])
def test_a_folder_that_just_holds_the_files_is_as_good(folder, tmp_path, at):
    target = wanted(folder, name="sub/a.csv")
    given = tmp_path / "Downloads" / at
    given.parent.mkdir(parents=True)
    given.write_bytes(BODY)
    (tmp_path / "Downloads" / "other.csv").write_bytes(b"x" * len(BODY))
    assert list(get(folder, from_dir=tmp_path / "Downloads").values()) == ["copied from mirror"]
    assert target.read_bytes() == BODY


def test_a_download_by_hand_with_other_bytes_is_told_and_the_web_not_asked(folder, web, tmp_path):
    wanted(folder, web.url("/a.csv"))
    (tmp_path / "a.csv").write_bytes(BODY + b"x")
    refused(
        folder,
        r"holds other bytes than this version; nothing was kept. To use it, save it in "
        r"data/raw/letters/<its version>/ beside a copy of letters/1/source.toml",
        from_dir=tmp_path,
    )
    assert web.asked == []


def test_two_versions_may_share_a_file_name(folder, tmp_path):
    folder.add({"a.csv": b"old"}, write=False, version="1")
    folder.add({"a.csv": b"new"}, write=False, version="2")
    (tmp_path / "a.csv").write_bytes(b"new")
    with pytest.raises(DownloadError, match=r"^letters/1/a.csv: has no address"):
        get(folder, from_dir=tmp_path)
    assert litter(folder) == ["a.csv"] and (folder.root / "letters/2/a.csv").read_bytes() == b"new"
    assert list(get(folder, version="2").values()) == ["already there"]


def test_a_download_is_whole_readable_and_leaves_nothing_beside_it(folder, web):
    target = wanted(folder, web.serve("/a.csv", BODY))
    before = os.umask(0o022)
    try:
        assert list(get(folder).values()) == ["downloaded"]
    finally:
        os.umask(before)
    assert target.read_bytes() == BODY and stat.S_IMODE(target.stat().st_mode) == 0o644
    assert litter(folder) == ["a.csv"]
    assert list(get(folder).values()) == ["already there"] and web.asked == ["/a.csv"]


PACKED = gzip.compress(BODY)


def in_parts(size: int) -> bytes:
    parts = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


CHUNKED = {"Content_Length": None, "Transfer_Encoding": "chunked"}


@pytest.mark.parametrize(
    ("name", "body", "sent", "headers"),
    [
        ("a.csv", b"", b"", {}),
        ("a.csv", BODY, PACKED, {"Content_Encoding": "gzip"}),
        ("a.csv.gz", PACKED, PACKED, {"Content_Encoding": "gzip"}),
        ("a.csv", BODY, in_parts(1000), CHUNKED),
        ("a.csv", BODY, in_parts(len(BODY)), CHUNKED),
    ],
    ids=["empty", "packed for the way", "packed itself", "in parts", "in one part"],
)
def test_a_file_is_what_its_bytes_were_before_they_were_sent(folder, web, name, body, sent, headers):
    target = wanted(folder, web.serve("/a", sent, **headers), body=body, name=name)
    get(folder)
    assert target.read_bytes() == body


def test_a_redirect_is_followed(folder, web):
    target = wanted(folder, web.serve("/old", status="302 Found", Location="/new"))
    web.serve("/new", BODY)
    get(folder)
    assert target.read_bytes() == BODY and web.asked == ["/old", "/new"]


def test_a_compressed_answer_may_come_in_crumbs(folder, web):
    def crumbs(send, wait) -> None:
        for start in range(0, len(PACKED), 7):
            send(PACKED[start : start + 7])
            wait(0.01)

    url = web.serve("/a.csv", Content_Encoding="gzip", Content_Length=len(PACKED), then=crumbs)
    target = wanted(folder, url)
    get(folder)
    assert target.read_bytes() == BODY


def test_of_an_installed_package_extracts_are_there_and_all_else_goes_to_the_users_folder(
    folder, web, tmp_path, monkeypatch
):
    folder.root = tmp_path / "packaged" / "data" / "raw"
    given = folder.add({"b.csv": b"x,y\n1,2\n"}, version="1-extract") / "b.csv"
    wanted(folder, web.serve("/a.csv", BODY))

    def state():
        return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.root.rglob("*")}

    before = state()
    here = Project(tmp_path / "home", tmp_path / "packaged")
    monkeypatch.setattr("ogp_analysis.data.sources.download.project", lambda: here)
    monkeypatch.setattr("ogp_analysis.data.sources.raw.project", lambda: here)
    got = fetch("letters", progress=silent)
    assert got == {"letters/1/a.csv": "downloaded", "letters/1-extract/b.csv": "already there"}
    assert (here.raw / "letters/1/a.csv").read_bytes() == BODY
    assert state() == before
    assert sum(map(len, chunks(None, "letters", "1"))) == 4000
    assert sum(map(len, chunks(None, "letters", "1-extract"))) == 1
    given.write_bytes(b"x,y\n1,3\n")
    with pytest.raises(DownloadError, match="is there, but is not the file its sidecar describes"):
        fetch("letters", progress=silent)


# --- faults of the web, one sentence each that says what to do ---


OTHER = "sent sha256 [0-9a-f]{64}, so another version .*; nothing was kept. To use it, save it in data/"
PAGE = (
    "sent a web page instead of the file; nothing was kept. In a browser, download it by hand from https://example.org"
)
BY_HAND = (
    r"Publishers move files: download it by hand from https://example.org/data, then run `ogp-analysis fetch letters"
)
IN_BROWSER = r"Save http://\S+/a.csv in a browser, then run `ogp-analysis fetch letters --from DIR`\.$"


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (b"", {"status": "404 Not Found"}, rf"/a.csv is not there any more \(HTTP 404\). {BY_HAND} --from DIR`\.$"),
        (b"", {"status": "410 Gone"}, r"is not there any more \(HTTP 410\)"),
        (b"", {"status": "403 Forbidden"}, rf"refuses scripts \(HTTP 403\). {IN_BROWSER}"),
        (b"", {"status": "401 Unauthorized"}, r"refuses scripts \(HTTP 401\)"),
        (b"", {"status": "429 Too Many Requests"}, r"refuses scripts \(HTTP 429\)"),
        (b"", {"status": "500 Oops"}, r"failed \(HTTP 500\). Try again later"),
        (b"", {"status": "503 Busy"}, r"failed \(HTTP 503\). Try again later"),
        (b"", {"status": "204 No Content"}, r"answered HTTP 204 instead of the file"),
        (BODY[:-1] + b"!", {}, OTHER),
        *((page, {"Content_Type": "text/csv"}, PAGE) for page in (b"<!DOCTYPE html><p>Log in", b"\n <html lang='es'>")),
        (b"\xef\xbb\xbf<HTML>" * 9999, {"Content_Type": "text/csv"}, PAGE),
        (BODY[:1000], {"Content_Length": len(BODY)}, r"broke off after 1,000 bytes; nothing was kept. Fetch again"),
        (BODY[:1000], {"Content_Length": None}, r"sent 1,000 bytes where this version has 32,014"),
        (BODY[:1000], {}, r"sent 1,000 bytes where this version has 32,014"),
        (b"8000\r\n" + BODY[:994], CHUNKED, r"(broke off after \d+ bytes|sent \d+ bytes where)"),
        (b"no gzip at all", {"Content_Encoding": "gzip"}, "sent a damaged compression"),
    ],
)
def test_what_is_not_the_file_is_said_to_be_so(folder, web, body, headers, said):
    wanted(folder, web.serve("/a.csv", body, **headers))
    refused(folder, r"^letters/1/a.csv: .*" + said)


def test_more_than_expected_is_not_read_to_the_end(folder, web):
    sent = []

    def forever(send, wait) -> None:
        while not wait(0):
            send(b"x" * 65536)
            sent.append(1)

    wanted(folder, web.serve("/a.csv", BODY, Content_Length=None, then=forever), body=BODY[:100])
    refused(folder, "sent more than the 100 bytes of this version, so another version")
    assert len(sent) < 1000


def stop(send, wait) -> None:
    wait(20)


def drip(send, wait) -> None:
    while not wait(0.1):
        send(b"x")


@pytest.mark.parametrize(
    ("sent", "then", "said"),
    [
        (None, stop, "did not answer within 1 seconds; nothing was kept. Try again later, or download it by hand"),
        (BODY[:2000], stop, "sent nothing for 1 seconds after 2,000 bytes; nothing was kept"),
        (b"", drip, r"sent only \d+ bytes in 1 seconds; nothing was kept"),
    ],
    ids=["never answers", "stops", "drips"],
)
def test_a_server_that_is_slow_is_left(folder, web, sent, then, said):
    wanted(folder, web.serve("/a.csv", sent or b"", Content_Length=len(BODY), then=then))
    if sent is None:
        web.answers["/a.csv"] = then
    start = time.monotonic()
    refused(folder, said)
    assert time.monotonic() - start < 4


def test_redirects_in_a_circle(folder, web):
    wanted(folder, web.serve("/a", status="302 Found", Location="/b"))
    web.serve("/b", status="302 Found", Location="/a")
    refused(folder, "leads in a circle. In a browser, download it by hand")


def test_nobody_there(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        wanted(folder, f"http://127.0.0.1:{taken.getsockname()[1]}/a.csv")
        refused(folder, r"no connection to http://127.0.0.1:\d+/a.csv \(.+\). Check the network, or download it by")


def test_a_host_that_does_not_serve_is_asked_once_and_the_other_files_are_tried(folder, web):
    bodies = {f"{n}.csv": str(n).encode() for n in range(4)}
    urls = {name: {"url": web.serve(f"/{name}", b"", status="403 Forbidden")} for name in bodies}
    urls["3.csv"] = {}
    folder.add(bodies, write=False, per_file=urls)
    said = r"^letters: 4 of 4 files could not be got, 'letters/1/0.csv'.*HTTP 403"
    with pytest.raises(DownloadError, match=said):
        get(folder)
    assert web.asked == ["/0.csv"]


# --- faults on this side ---


@pytest.mark.parametrize(
    ("compiled", "said"),
    [
        (
            False,
            "has no address that serves exactly these bytes. In a browser, download it by hand from https://example.org",
        ),
        (
            True,
            r"was put together by this project and is published at no address. Run `ogp-analysis fetch letters --from",
        ),
    ],
)
def test_no_address(folder, compiled, said):
    wanted(folder, compiled=compiled)
    refused(folder, said)


def test_a_file_that_is_there_but_wrong_is_left_alone(folder, web):
    target = wanted(folder, web.serve("/a.csv", BODY))
    target.write_bytes(b"mine")
    with pytest.raises(DownloadError, match=r"is there, but is not the file .* It was left alone: move it away"):
        get(folder)
    assert target.read_bytes() == b"mine" and web.asked == []


def test_what_cannot_be_met_is_said_before_anything_is_tried(folder, tmp_path, monkeypatch):
    wanted(folder)
    with pytest.raises(ParameterError, match=r"^--from: .*nowhere is not a folder"):
        get(folder, from_dir=tmp_path / "nowhere")
    monkeypatch.setenv("OGP_ANALYSIS_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(ParameterError, match=r"^OGP_ANALYSIS_MIRROR: "):
        get(folder)
    with pytest.raises(UnknownName, match="Known sources are letters"):
        fetch("numbers", root=folder.root)
    with pytest.raises(UnknownName, match="Known versions are 1"):
        get(folder, version="7")


def test_two_fetches_of_one_version_do_not_meet(folder, web):
    target = wanted(folder, web.serve("/a.csv", BODY))
    with only_one(target.parent / ".fetch.lock", "fetch letters/1"), pytest.raises(BusyError):
        get(folder)
    get(folder)


@pytest.fixture
def mounted(tmp_path):
    """Mount something over a folder; skips where that is not allowed."""
    done = []

    def mount(*arguments: str, at) -> None:
        command = ["mount", *arguments, str(at)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("this account may not mount")
        if at not in done:
            done.append(at)

    yield mount
    for at in reversed(done):
        subprocess.run(["umount", str(at)], check=True)


def test_a_full_disk(folder, web, mounted):
    folder.root.mkdir()
    mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", at=folder.root)
    body = b"x" * 200_000
    folder.add(
        {"a.csv": body, "b.csv": b"b"},
        write=False,
        per_file={"a.csv": {"url": web.serve("/a.csv", body)}, "b.csv": {"url": web.serve("/b.csv", b"b")}},
    )
    refused(folder, r"has no room for a.csv \(No space left on device\); nothing was kept of it. Make room on that")
    assert web.asked == ["/a.csv"]


def test_a_write_protected_folder(folder, web, mounted):
    wanted(folder, web.serve("/a.csv", BODY))
    mounted("--bind", str(folder.root), at=folder.root)
    mounted("-o", "remount,ro,bind", at=folder.root)
    said = r"cannot be written \(Read-only file system\). Make .* writable, or work in a clone"
    with pytest.raises(SourceError, match=said):
        get(folder)
    assert web.asked == []


def test_files_that_are_there_need_no_leave_to_write(folder, mounted):
    folder.add({"a.csv": BODY})
    mounted("--bind", str(folder.root), at=folder.root)
    mounted("-o", "remount,ro,bind", at=folder.root)
    assert list(get(folder).values()) == ["already there"]


def test_a_killed_fetch_leaves_no_half_file_and_the_next_clears_up(folder, web):
    url = web.serve("/a.csv", BODY[:20_000], Content_Length=len(BODY), then=lambda send, wait: wait(120))
    target = wanted(folder, url)
    code = (
        "import sys; from pathlib import Path; from ogp_analysis.data.sources.download import fetch; "
        "fetch('letters', root=Path(sys.argv[1]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(folder.root)], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 100
        while not litter(folder) and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    [part] = litter(folder)
    assert part.startswith(".ogp-fetch-") and not target.exists()
    web.serve("/a.csv", BODY)
    get(folder)
    assert litter(folder) == ["a.csv"] and target.read_bytes() == BODY


def test_an_interrupted_fetch_leaves_nothing(folder, web):
    def interrupt(step) -> None:
        if step.done:
            raise KeyboardInterrupt

    wanted(folder, web.serve("/a.csv", BODY))
    with pytest.raises(KeyboardInterrupt):
        fetch("letters", progress=interrupt, root=folder.root)
    assert litter(folder) == []
