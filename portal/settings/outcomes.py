"""Outcomes for professionals who asked for them: mailed by the worker, on the desk's record."""

OUTCOME_ROUNDS = ["selfreferral.outcomes.go_round", "triage.outcomes.catch_up"]
