"""Where text comes from: one module per kind of server."""
