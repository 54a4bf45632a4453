"""The deployed entry point of the command handler: configure Lambda with `handler.app.lambda_handler`."""

from statewright.aws.app import lambda_handler

__all__ = ["lambda_handler"]
