import numpy as np
import psutil
import torch

from cnnviz.training.monitor import free_memory, monitor, system_text

CPU = torch.device("cpu")


def test_memory_that_this_process_takes_is_seen():
    read = monitor(CPU)
    before = read().memory_bytes
    taken = np.ones(50_000_000, np.uint8)
    assert 40_000_000 < read().memory_bytes - before < 60_000_000
    assert taken[-1] == 1


def test_load_is_the_share_of_all_processors_that_this_process_took():
    read, process = monitor(CPU), psutil.Process()
    started = sum(process.cpu_times()[:2])
    while sum(process.cpu_times()[:2]) < started + 0.2:
        pass
    assert 0 < read().load <= 1


def test_free_memory_is_within_what_the_machine_has():
    assert 0 < free_memory(CPU) < psutil.virtual_memory().total
    assert "GB memory free" in system_text()
