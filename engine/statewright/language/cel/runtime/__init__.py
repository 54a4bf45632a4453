"""What compiled expressions run on: values, their arithmetic and comparison, conversions, macros, time."""
