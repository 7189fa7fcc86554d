"""Media: the files of audio and images, their facts, scaled pictures, and the addresses in texts that lead to them."""
