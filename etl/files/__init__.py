"""Files of people as tables of texts: nothing is interpreted here but what it takes to get the words as they stand."""
