"""A module for each kind of page, and the cache of finished pages in front of them."""
