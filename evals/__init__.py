"""Scripted eval runs: a question set, an engine and scorers in; every answer with its scores, and a report, out.

sources    raw files → texts by file name
datasets   .jsonl → Question (evidence as spans)
scorers    (Question, answer object) → a number, or None when it could not be scored
run        questions × engine → runs/NAME/answers.jsonl, one synced line a question, resumable
summary    rows → means with counts and intervals, latency
report     summary → text, JSON, the failures
cli        sayso eval
"""
