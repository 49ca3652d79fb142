"""The warehouse's tables and the questions that they answer. The bottom layer: imports nothing of the other parts."""
