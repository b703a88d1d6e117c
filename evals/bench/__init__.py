"""Retrieval measured: quality on public sets and speed on made ones, beside what a newcomer would build."""
