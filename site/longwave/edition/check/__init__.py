"""Checks of a site's files, its feeds and its Content-Security-Policy, none of which writes anything."""
