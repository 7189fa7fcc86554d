"""Texts of the owner: Markdown rendered and sanitized, the links and pictures in a text, plain text, slugs."""
