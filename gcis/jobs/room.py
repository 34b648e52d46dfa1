"""How much of a crew heavy work may have while lighter work is due. Pure."""


class Room:
    """Half of the threads; of a single thread, half of its time: after heavy work, as long for light work.

    Heavy work is never shut out: it goes on being taken up by age and priority within its half, and has all of the
    threads while nothing lighter is due.
    """

    def __init__(self, threads: int) -> None:
        self._most = threads // 2
        self._rests_until = 0.0

    def is_taken(self, heavy: int, now: float) -> bool:
        """Whether lighter work goes first, with so many pieces of heavy work under way. `now` is in seconds."""
        return heavy >= self._most if self._most else now < self._rests_until

    def ended(self, began: float, now: float) -> None:
        """Heavy work that began then has ended."""
        self._rests_until = now + (now - began)
