"""The podcaster's side: starting a site or an episode, checking and fixing content, without ever losing a file."""
