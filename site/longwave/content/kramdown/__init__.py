"""A parser of Markdown that makes a tree of nodes, as kramdown 2 with its GFM parser does, which Jekyll uses.

The parser follows kramdown's grammar rule by rule, so that show notes written for Jekyll look the same here.
``content/text/markdown.py`` renders the tree as HTML; ``content/episodes/notes.py`` takes timestamps and text from it.
"""
