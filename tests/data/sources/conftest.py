"""A raw folder made by hand, and a web server on this machine that can misbehave."""

from __future__ import annotations

import hashlib
import json
import socketserver
import threading
from pathlib import Path

import pytest

FIELDS = {
    "title": "A table",
    "publisher": "Somebody",
    "urls": ["https://example.org/data"],
    "licence": "CC BY 4.0",
    "open_licence": "yes",
    "redistribute": True,
    "citation": "Somebody. A table. 2020.",
    "compiled": False,
}


class Folder:
    """A root laid out like ``data/raw`` with sidecars and, if wanted, files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, files: dict[str, bytes], id="letters", version="1", write=True, per_file=None, **fields) -> Path:
        """Write a sidecar that describes `files` and, if `write`, the files themselves."""
        place = self.root / id / version
        place.mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {json.dumps(value)}" for name, value in (FIELDS | {"version": version} | fields).items()]
        for name, body in files.items():
            entry = {"name": name, "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body), "rows": 1}
            if ".csv" in name:
                entry |= {"encoding": "utf-8", "delimiter": ","}
            entry |= (per_file or {}).get(name, {})
            lines += ["", "[[files]]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items())]
            if write:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(body)
        (place / "source.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return place


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "raw")


class Web:
    """A server that answers each path with the bytes it was told, and then with the manners it was told."""

    def __init__(self) -> None:
        self.answers, self.asked, self.over = {}, [], threading.Event()
        web = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                path = self.rfile.readline().split()[1].decode()
                while self.rfile.readline().strip():
                    pass
                web.asked.append(path)
                try:
                    web.answers[path](self.wfile.write, web.over.wait)
                except OSError:
                    return  # the client has had enough, which is what some tests are about

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def serve(self, path: str, body: bytes = b"", status: str = "200 OK", then=None, **headers) -> str:
        """Answer `path` with `body` and, after it, whatever `then(send, wait)` does; return its address.

        Headers are given with ``_`` for ``-``; the right ``Content-Length`` is sent unless one is
        given, and none if it is None.
        """
        named = {"Content-Length": len(body)} | {key.replace("_", "-"): value for key, value in headers.items()}
        head = "".join(f"{key}: {value}\r\n" for key, value in named.items() if value is not None)

        def answer(send, wait) -> None:
            send(f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode())
            send(body)
            if then is not None:
                then(send, wait)

        self.answers[path] = answer
        return self.url(path)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def web(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Web()
    yield server
    server.close()


@pytest.fixture(scope="session")
def project_raw() -> Path:
    """The sidecars of this repository."""
    return Path(__file__).resolve().parents[3] / "data" / "raw"
