"""The index: SQLite holds the truth, Chroma the vectors, tantivy the words; all three in one disposable generation."""
