"""Declarations of formats, one module per syntax family; the registry imports every module here."""
