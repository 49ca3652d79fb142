"""What people and programs get in the end, against the oracle: answers of the API, texts on pages, cells of exports.

`tests/oracle` compares the functions of `queries/`; here the numbers are read where they arrive, by a reader of
texts that shares nothing with the code that wrote them.
"""
