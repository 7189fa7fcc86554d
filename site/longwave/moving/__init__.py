"""Importers from a Jekyll site and from any host's feed, and the checks that no subscriber and no link gets lost."""
