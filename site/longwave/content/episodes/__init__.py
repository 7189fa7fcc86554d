"""Parsers of an episode's files: front matter with guests and audio, show notes, chapters, transcript."""
