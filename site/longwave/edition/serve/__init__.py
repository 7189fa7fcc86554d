"""Serving editions: opening the current one, swapping it, and hashing the files that are sent."""
