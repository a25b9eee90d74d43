"""Training on the CPU, against the book's plain loop, against a step that does nothing else, and with all recorded.

Two processes train one network each, in turns, on the same batches: the plain loop in one that is started as people
start Python, ours in one that is started as a run's worker. Prints medians of a step's time, ratios, the largest
difference of the losses, what recording takes of an epoch as long as the book's, and where the rest of the time goes.

Other work on the machine changes what ratios come out: only on an idle machine are they worth telling.
"""
