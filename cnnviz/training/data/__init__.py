"""Data sets by name: published ones, drawings made here, and a person's own images."""

from cnnviz.training.data.entries import Dataset, DatasetEntry, on_device
from cnnviz.training.data.loading import datasets, find_dataset, load_dataset
from cnnviz.training.data.table import DATASETS

__all__ = ["DATASETS", "Dataset", "DatasetEntry", "datasets", "find_dataset", "load_dataset", "on_device"]
