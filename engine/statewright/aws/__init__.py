"""Statewright on AWS: SQS events and queues, envelopes, logs, metrics, settings, Lambda entry points."""
