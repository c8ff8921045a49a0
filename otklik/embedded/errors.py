"""What can go wrong with the embedded server, said to a person."""

from otklik.failures import Failure


class EmbeddedError(Failure):
    """The embedded server cannot be used. The message is one Russian sentence with what to do."""
