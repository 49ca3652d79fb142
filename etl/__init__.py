"""From the sources into the warehouse: jobs, landing, marts, checks and the worker that follows a store."""
