"""The parsers that turn content files into the model: front matter, Liquid, Markdown, transcripts, audio metadata."""
