"""Pictures of computation graphs; `dot` and `programs` alone know Graphviz."""
