"""A Jekyll site becomes a site of Longwave, with every address, every guid and every byte of its episodes."""

from longwave.moving.jekyll.moving import import_jekyll

__all__ = ["import_jekyll"]
