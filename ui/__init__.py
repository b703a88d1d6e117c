"""The web chat: `ui.server.serve(engine, host=…, port=…)`."""
