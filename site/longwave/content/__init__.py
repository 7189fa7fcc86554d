"""The way from files to the model: front matter, Liquid, Markdown, timestamps, transcripts, audio facts."""
