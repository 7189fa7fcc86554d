"""Parsers of ``site.toml`` and of the files of guests, tags and pages; theme, redirects, categories, origins."""
