import json
from pathlib import Path

import numpy as np
from PIL import Image

NETWORK = """
name: Tiny
input_shape: [3, 8, 8]
layers:
  - Flatten()
  - Linear(out_features=2)
"""


def test_a_folder_of_images_is_trained_on(cnnviz, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(NETWORK)
    for name, level in (("dark", 20), ("light", 220)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for index in range(20):
            Image.fromarray(np.full((9, 9), level + index, np.uint8)).save(
                tmp_path / "pictures" / name / f"{index}.png"
            )
    command = ("train", str(tmp_path / "tiny.yaml"), "--data", str(tmp_path / "pictures"), "--device", "cpu")
    code, output, _ = cnnviz(*command, "--epochs", "8", "--batch-size", "8", "--lr", "0.1")
    assert code == 0
    assert "test acc 1.000" in output
    assert cnnviz(*command, "--epochs", "1")[0] == 0  # the images are already there
    _, listed, _ = cnnviz("runs", "--json")
    assert [run["recipe"]["data"] for run in json.loads(listed)] == ["pictures", "pictures"]


def test_a_folder_without_images_is_refused_in_one_line(cnnviz, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(NETWORK)
    (tmp_path / "pictures").mkdir()
    code, output, mistake = cnnviz("train", str(tmp_path / "tiny.yaml"), "--data", str(tmp_path / "pictures"))
    assert (code, output) == (2, "")
    assert "there are no images in it; they should lie in a folder for each class" in mistake
    assert "Traceback" not in mistake
