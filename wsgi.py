"""The WSGI application of the site in this folder, for waitress, the `flask` command and other servers."""

from pathlib import Path

from longwave import create_app

app = create_app(Path(__file__).parent)
