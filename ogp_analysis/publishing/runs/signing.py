"""Signatures of records, by ``ssh-keygen``: a record holds the hash of every file, so who signs it signs them all.

Hashes say that a folder is whole, and running it again that it is right; who published it only a signature says. It is
made and checked by the system's OpenSSH, which works offline and whose keys many people have already; nothing here
computes one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import nullcontext
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ReportError, RunError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import run_record

#: What a signature is for: one that was made for something else does not count here.
NAMESPACE = "ogp-analysis-report"
_ANYBODY = "publisher"
_KEY = re.compile(r"((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)(?: .*)?")
_GOOD = re.compile(r" with (\S+ key \S+)$", re.MULTILINE)
_SECONDS = 120


def sign(project: Project, folder: Path, key: Path) -> str:
    """Sign the record of a published folder, and return its signature's file.

    Parameters
    ----------
    project : Project
        If the folder is one of its reports, these are locked meanwhile.
    folder : pathlib.Path
        A report folder, wherever it is; or a file in one.
    key : pathlib.Path
        A private key of OpenSSH, or a public one whose private key the ssh agent holds. A passphrase is asked for by
        ``ssh-keygen``.

    Raises
    ------
    ReportError
        If the folder has no record, is not as it was published, or the signature cannot be written.
    RunError
        If ``ssh-keygen`` is not there or does not sign.
    BusyError
        If a batch is at work in the reports.
    """
    folder = (folder if folder.is_dir() else folder.parent).resolve()
    lock = project.reports / ".lock"
    with only_one(lock, "signing a report") if folder.is_relative_to(project.reports) else nullcontext():
        record = run_record.taken(folder)
        fault = run_record.whole(folder, record, deep=True) or run_record.unrecorded(folder, record)
        if fault:
            what = f"is not signed, because it is not as it was published ({fault})"
            raise ReportError(str(folder), what, "Run it again")
        ended = _ssh("sign", ["-f", str(key)], kept.content(folder, run_record.NAME))
        if ended.returncode:
            lines = [line for line in ended.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
            said = "".join(c if c.isprintable() else "?" for c in (lines or ["it says nothing"])[-1].strip())[:200]
            raise RunError("ssh-keygen", f"does not sign ({said})", f"Check the key {key}")
        try:
            kept.replace(folder / run_record.SIGNATURE, ended.stdout)
        except OSError as error:
            raise ReportError(str(folder), f"cannot be written ({error.strerror})", "Make it writable") from error
    return str(folder / run_record.SIGNATURE)


def signer(folder: Path, keyring: Path) -> str:
    """Return with which of the keys in a file the record of a folder is signed, or an empty text.

    Parameters
    ----------
    folder : pathlib.Path
    keyring : pathlib.Path
        Public keys of OpenSSH, one per line, such as ``id_ed25519.pub``; empty lines and lines that begin with ``#``
        do not count.

    Raises
    ------
    ReportError
        If the file of keys cannot be read, or holds what is not a public key.
    RunError
        If ``ssh-keygen`` is not there.
    """
    try:
        lines = [line.strip() for line in keyring.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(str(keyring), "cannot be read as a file of public keys", "Check what it is") from error
    found = [_KEY.fullmatch(line) for line in lines if line and not line.startswith("#")]
    if not found or None in found:
        what = "holds a line that is not a public key" if found else "holds no public key"
        raise ReportError(str(keyring), what, "Give public keys of OpenSSH, one per line, such as id_ed25519.pub")
    trusted = [f"{key[1]} {key[2]}" for key in found]
    try:
        signature, record = (kept.content(folder, name) for name in (run_record.SIGNATURE, run_record.NAME))
    except (OSError, kept.NotKept):
        return ""
    with tempfile.TemporaryDirectory(prefix="ogp-analysis-") as scratch:
        signers, signed = Path(scratch) / "signers", Path(scratch) / "signature"
        signers.write_text("".join(f'{_ANYBODY} namespaces="{NAMESPACE}" {key}\n' for key in trusted), "utf-8")
        signed.write_bytes(signature)
        ended = _ssh("verify", ["-f", str(signers), "-I", _ANYBODY, "-s", str(signed)], record)
    good = _GOOD.search(ended.stdout.decode("utf-8", "replace"))
    return good[1] if ended.returncode == 0 and good else ""


def _ssh(what: str, options: list[str], content: bytes) -> subprocess.CompletedProcess:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise RunError("ssh-keygen", "is not installed, and signatures are made and checked by it", "Install OpenSSH")
    words = [program, "-Y", what, "-n", NAMESPACE, *options]
    try:
        return subprocess.run(
            words, input=content, capture_output=True, timeout=_SECONDS, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunError("ssh-keygen", f"has not ended well ({type(error).__name__})", "Try it by itself") from error
