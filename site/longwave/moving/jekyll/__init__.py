"""A Jekyll site becomes a site of Longwave, with every address, every guid and every byte of its episodes."""

from longwave.moving.jekyll.jekyll_import import Move, carry_out, plan

__all__ = ["Move", "carry_out", "plan"]
