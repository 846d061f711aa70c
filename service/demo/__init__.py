"""`candor demo`: one interview from end to end, by the same doors that everybody uses."""

from service.demo.run import run
from service.demo.stages import DemoError

__all__ = ["DemoError", "run"]
