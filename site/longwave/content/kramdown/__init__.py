"""Markdown as kramdown 2 reads it with its GFM parser, which is what Jekyll does: text -> a tree of nodes.

It follows kramdown's grammar rule by rule, because show notes written for Jekyll must come out as they did there. The
tree has no HTML in it yet: ``content/text/markdown.py`` makes HTML of it, ``content/episodes/notes.py`` plain text.
"""
