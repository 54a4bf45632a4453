"""Builds the Lambda package and brings it to AWS. Nothing here runs in the handler."""
