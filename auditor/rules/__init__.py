"""Rules are data: strict YAML read into typed objects, every fault reported at once with file and line."""
