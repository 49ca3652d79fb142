"""Where rows come from: an SQL store, or files with a mapping."""
