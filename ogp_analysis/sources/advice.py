"""What to say, and what to advise, when a file is not to be had."""

from __future__ import annotations

from ogp_analysis.base.errors import DownloadError
from ogp_analysis.base.paths import MIRROR_VARIABLE
from ogp_analysis.sources.description import Source, SourceFile

_HTML = (b"<!doctype html", b"<html", b"<head")


def page(source: Source, file: SourceFile) -> str:
    """The page on which a person would look for `file`."""
    return next((url for url in (*source.urls, file.url) if url), "its publisher")


def from_folder(source: Source) -> str:
    """The command that takes files which were downloaded by hand."""
    return f"`ogp-analysis fetch {source.id} --from DIR`"


def new_version(source: Source) -> str:
    """How to work with a version that has no sidecar yet."""
    return (
        f"save it in data/raw/{source.id}/<its version>/ beside a copy of {source.folder}/source.toml that "
        "gives its version, sha256, bytes and rows"
    )


def no_address(source: Source, file: SourceFile) -> DownloadError:
    """The fault of a file that no address serves."""
    label = f"{source.folder}/{file.name}"
    if file.compiled:
        return DownloadError(
            label,
            "was put together by this project and is published at no address",
            f"Run {from_folder(source)} with a folder that holds it, or set {MIRROR_VARIABLE}",
        )
    return DownloadError(
        label,
        "has no address that serves these very bytes",
        f"Download it by hand from {page(source, file)}, then run {from_folder(source)}",
    )


def other_version(source: Source, file: SourceFile, where: str, what: str) -> DownloadError:
    """The fault of a file that is, as far as one can see, another version."""
    return DownloadError(
        f"{source.folder}/{file.name}", f"{where} {what}; nothing was kept", f"To use it, {new_version(source)}"
    )


def wrong_bytes(source: Source, file: SourceFile, start: bytes, done: int, found: str) -> DownloadError:
    """The fault of an answer that is not the file.

    Parameters
    ----------
    source, file : Source, SourceFile
        What was asked for.
    start : bytes
        How the answer begins.
    done : int
        How many bytes of it came.
    found : str
        Their SHA-256.
    """
    label = f"{source.folder}/{file.name}"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        return DownloadError(
            label,
            f"{file.url} sent a web page instead of the file; nothing was kept",
            f"Download it by hand from {page(source, file)}, then run {from_folder(source)}",
        )
    if done < file.bytes:
        return DownloadError(
            label,
            f"{file.url} sent {done:,} bytes where this version has {file.bytes:,}; nothing was kept",
            f"Fetch again; if it stays so, the publisher has another version there: {new_version(source)}",
        )
    what = f"sent more than the {file.bytes:,} bytes of this version" if done > file.bytes else f"sent sha256 {found}"
    return other_version(source, file, file.url, what + ", so another version than the sidecar describes")
