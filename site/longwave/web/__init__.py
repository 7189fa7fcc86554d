"""The website: views, templates and their data, the middleware in front of Flask, and the page cache."""
