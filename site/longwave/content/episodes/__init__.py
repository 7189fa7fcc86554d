"""An episode file and what belongs to it: people, notes, chapters, transcript."""
