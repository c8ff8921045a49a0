"""Reports of a program while the worker is killed at random moments: each becomes one case."""

from tests.api.open311_steps import HOLE, post, program
from tests.channels import killing


def test_a_worker_killed_at_random_loses_no_report_and_takes_none_twice(committed):
    def say(number: int) -> None:
        answer = post(**{**HOLE, "description": f"На улице Мира яма № {number}"})
        assert answer.status_code == 201, answer.content

    came = killing.campaign([killing.Way(program(), say)], incoming=30, answers=0, kills=2, seed=3)
    assert came.arrivals == {"taken": 30} and (came.cases, came.doubled) == (30, 0)
