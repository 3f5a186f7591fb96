"""Frozen records that flow between the stages: the nouns of the planner."""
