"""The one event manager of all retrievers and embeddings."""

from __future__ import annotations

from llama_index.core.callbacks import CallbackManager

# LlamaIndex's manager forgets the events of a call when the next one begins, but only that of the outermost retriever: those
# inside it, each with a manager of its own, kept 2 MB for every thousand questions.
EVENTS = CallbackManager()
