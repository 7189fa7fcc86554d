"""The importer of a podcast's feed, which trusts nothing in it and can be run again at any time."""
