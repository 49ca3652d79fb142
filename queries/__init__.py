"""The warehouse's tables and the questions asked of them. The bottom layer: imports nothing of the other parts."""
