"""Scripted eval runs: a task, an engine and scorers in; every answer with its scores, and a report, out.

sources, datasets   raw files and .jsonl → Question (evidence as spans)
measure             what a task is made of: items, how to ask, how to score
tasks               the tasks by name; baselines beside them
scorers             (Question, answer object) → a number, or None when it could not be scored
run                 a task → runs/NAME, by inspect_ai: logged item by item, resumable
summary             rows → means with counts and intervals, latency
report, page        summary → text, Markdown, HTML, the failures
significance        two runs → what changed beyond chance; diff and gate use it
cli                 sayso eval
"""
