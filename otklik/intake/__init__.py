"""Accept a message once, find its case or make one; imports; the mapping of outside words.

Others may use: `accepting`, `importing`, `mapping`, `sheets`, and the models for reading.
"""
