"""Wrappers by name, one module per family; the registry imports every module here."""
