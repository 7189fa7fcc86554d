"""Checking a site: its files, its feeds and its Content-Security-Policy, without writing anything."""
