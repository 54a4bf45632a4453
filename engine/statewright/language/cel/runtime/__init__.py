"""The run-time library of compiled expressions: values, operators, conversions, macros and time."""
