"""The values of front matter and of ``site.toml``: how each may be written, and what is salvaged from bad ones."""
