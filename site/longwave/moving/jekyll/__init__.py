"""A Jekyll site becomes a site of Longwave, with every address, every guid and every byte of its episodes."""

from longwave.moving.jekyll.moving import REPORT, Move, carry_out, plan

__all__ = ["REPORT", "Move", "carry_out", "plan"]
