"""One typed function per write, and the reads that must be fresh, all through the API."""
