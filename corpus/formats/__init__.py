"""One file for each format that cables come in: how to know it, and how to get the texts out of it."""
