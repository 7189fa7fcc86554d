"""The importer of a Jekyll site, which keeps every address, every guid and every byte of its episodes."""

from longwave.moving.jekyll.jekyll_import import ImportPlan, carry_out, plan

__all__ = ["ImportPlan", "carry_out", "plan"]
