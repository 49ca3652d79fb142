"""How far a store was read, and what changed in it since: by its change log, or by its clocks when it has none."""
