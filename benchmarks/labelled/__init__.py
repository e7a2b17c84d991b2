"""A labelled set of invented texts in eight languages, and how well the detectors do on it."""
