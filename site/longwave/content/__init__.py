"""Files become the model: front matter, Liquid, Markdown, timestamps, transcripts, audio facts."""
