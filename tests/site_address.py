"""A web server on this machine that shows one site after the other under one address."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask
from support import Client
from werkzeug.serving import make_server

from longwave import create_app
from longwave.web.request_context import KEEPER


class Address:
    """A web server on this machine that shows one site after the other under one address."""

    def __init__(self) -> None:
        self.app: Flask | None = None
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def _answer(self, environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        assert self.app is not None
        return self.app(environ, start_response)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def show(self, root: Path) -> Iterator[Client]:
        """Publish the site in ``root`` under this address, and yield a client of it."""
        settings = root / "content/site.toml"
        text = settings.read_text("utf-8").replace('# url = "https://podcast.example.com"', f'url = "{self.url}"')
        settings.write_text(text, "utf-8")
        self.app = create_app(root)
        self.app.test_client_class = Client
        with contextlib.closing(self.app.extensions[KEEPER]):
            client = self.app.test_client()
            assert isinstance(client, Client)
            yield client
