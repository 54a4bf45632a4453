"""The entry point of the command handler in the Lambda package: `handler.app.lambda_handler`."""

from statewright.aws.app import lambda_handler

__all__ = ["lambda_handler"]
