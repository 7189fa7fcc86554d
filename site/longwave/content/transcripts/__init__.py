"""Transcripts: their files, in any of the formats that programs and hosts write, become cues with readable lines."""
