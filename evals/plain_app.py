"""The app that most people would write first: LlamaIndex's vector index under a Gradio interface, defaults everywhere.

`python -m evals.plain_app` serves it on a free port and prints the address. It is what `evals.load` compares with; the
embedding is Sayso's own, so that both do the same arithmetic, and no model is asked.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


def main() -> None:
    import gradio as gr
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import TokenTextSplitter

    from rag.embeddings import SEMANTIC

    seeds = sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt"))
    documents = [Document(text=path.read_text(encoding="utf-8")) for path in seeds]
    splitter = TokenTextSplitter(chunk_size=256, chunk_overlap=20)
    retriever = VectorStoreIndex.from_documents(
        documents, embed_model=SEMANTIC, transformations=[splitter]
    ).as_retriever(similarity_top_k=5)

    def ask(question: str, history: object, speakers: object) -> str:
        return "\n\n".join(found.text for found in retriever.retrieve(question))

    app = gr.Interface(ask, ["text", "json", "json"], "text", api_name="ask")
    _, address, _ = app.launch(prevent_thread_lock=True, quiet=True, server_port=None)
    print(address.rstrip("/"), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
