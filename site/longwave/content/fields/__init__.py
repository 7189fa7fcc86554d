"""The keys and values of front matter and ``site.toml``: declarations, types, and salvage of the usable ones."""
