"""Every published number once more, in plain Python over the rows of the store.

Nothing here counts by the product's code: the definitions are those of docs/metrics.md, written down a second time so
that a slip of one of the two shows as a difference. `store` reads rows, `landed` says which of them count, the modules
named after subjects compute, `questions` asks both the same, `histories` makes stores to ask about.
"""
