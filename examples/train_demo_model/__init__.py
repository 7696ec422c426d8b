"""How the bundled model is made: python -m examples.train_demo_model, from the root of the repository."""
