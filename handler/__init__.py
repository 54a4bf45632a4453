"""Entry points of the Lambda package that this repository builds."""
