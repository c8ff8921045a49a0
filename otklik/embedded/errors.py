"""What can go wrong with the embedded server, said to a person."""


class EmbeddedError(Exception):
    """The embedded server cannot be used. The message is one Russian sentence with what to do."""
