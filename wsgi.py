"""What waitress and the `flask` command find: the site in this folder."""

from pathlib import Path

from longwave import create_app

app = create_app(Path(__file__).parent)
