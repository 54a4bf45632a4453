"""Output formats of `check`: one printer per format, each of which turns a report into lines."""
