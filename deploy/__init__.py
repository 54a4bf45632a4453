"""Builds the Lambda package and deploys it. Nothing here runs in the handler."""
