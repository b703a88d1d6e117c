"""`sayso eval first-token`: how much later the first word comes than from the bare client, in milliseconds, same run.

Both ask one server that answers at once, in turn. Ours is given from the question, with retrieval, which the bare client
does not do, and with retrieval set aside; the target is for the second.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from evals.instant import instant_server
from rag.settings import Settings

QUESTIONS = (
    "戴国浩怎么看算力成本?",
    "What does Zhang Yalin say about the utilisation of AI data centres?",
    "郭为认为AI算力芯片处在什么阶段?",
    "How much money has Enflame raised?",
    "无问芯穹的M×N中间层是什么?",
)
ROUNDS, WARM_UP, MOST = 8, 1, 30.0  # of all questions; ms allowed


def measured(settings: Settings) -> dict[str, float]:
    """Medians in ms: `bare`, `ours` from the question, `added` by us once the evidence is found."""
    from openai import OpenAI

    from rag.factory import open_chat_engine

    with instant_server() as address:
        engine = open_chat_engine(
            replace(settings, model="instant", base_url=address, api_key="none", model_key="none")
        )
        client = OpenAI(api_key="none", base_url=address, max_retries=0)
        bare, ours, added = [], [], []
        for round_ in range(ROUNDS + WARM_UP):
            for question in QUESTIONS:
                one, (two, retrieval) = _bare(client, question), _ours(engine, question)
                if round_ >= WARM_UP:
                    bare.append(one)
                    ours.append(two)
                    added.append(two - retrieval - one)
    return {
        "bare": statistics.median(bare),
        "ours": statistics.median(ours),
        "added": statistics.median(added),
        "difference": statistics.median(ours) - statistics.median(bare),
    }


def report(settings: Settings) -> tuple[str, bool]:
    """The table, and whether the target is met: at most 30 ms added once the evidence is found."""
    found = measured(settings)
    lines = [
        "first word, median ms",
        f"  bare openai client        {found['bare']:8.1f}",
        f"  ours, from the question   {found['ours']:8.1f}   {found['difference']:+.1f}",
        f"  ours, retrieval set aside {'':8}   {found['added']:+.1f}",
    ]
    return "\n".join(lines) + "\n", found["added"] <= MOST


def _bare(client: object, question: str) -> float:
    started = time.perf_counter()
    stream = client.chat.completions.create(  # type: ignore[attr-defined]
        model="instant", messages=[{"role": "user", "content": f"[S1] {question}"}], stream=True
    )
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            took = (time.perf_counter() - started) * 1000
            stream.close()
            return took
    return 0.0


def _ours(engine: object, question: str) -> tuple[float, float]:
    """(ms to the first word, ms of it until the evidence was found)."""
    started = time.perf_counter()
    for answer in engine.stream_chat(question):  # type: ignore[attr-defined]
        if answer.pending or answer.answer:
            return (time.perf_counter() - started) * 1000, answer.timings.retrieve_ms
    return 0.0, 0.0
