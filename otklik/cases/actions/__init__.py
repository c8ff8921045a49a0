"""The moves of a case, one use case a file. Every function opens the gate; none is called from inside another."""
