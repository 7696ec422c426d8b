"""The bundled model (demo.gguf; CARD.md tells what it is), and what the demonstration asks it."""
