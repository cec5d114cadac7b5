"""A small deterministic model: words of the request against words of the tools."""
