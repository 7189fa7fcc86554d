"""Serving editions: opening the current edition, replacing it by a newer one, and hashing the files to be sent."""
