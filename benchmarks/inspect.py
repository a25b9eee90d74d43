"""The time to measure a network, against `torchinfo.summary` as people call it; see `inspection`.

    python benchmarks/inspect.py [--turns 5]

Python looks for modules beside a script first, and this file has the name of one of its own: beside the others in this
folder it steps back for that one.
"""

import sys
from importlib import import_module

sys.path.append(sys.path.pop(0))  # this folder comes last

if __name__ == "__main__":
    import_module("inspection").main()
else:
    del sys.modules[__name__]
    import_module(__name__)
