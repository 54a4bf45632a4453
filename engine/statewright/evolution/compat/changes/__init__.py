"""The verdicts of a comparison, one module per kind of changed element. Pure: no files, no clock."""
