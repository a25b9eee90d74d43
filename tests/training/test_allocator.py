import subprocess
import sys

import pytest

CODE = """
import resource, sys
from cnnviz.training.allocator import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
def take_and_free():
    bytearray(64_000_000)  # zeros that are written: 15,625 pages
take_and_free()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
take_and_free()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other allocators")
def test_memory_that_was_freed_is_used_again():
    taken = {
        how: int(subprocess.run([sys.executable, "-c", CODE, how], check=True, capture_output=True, text=True).stdout)
        for how in ("asked for anew", "kept")
    }
    assert taken["kept"] < 100 < taken["asked for anew"]
