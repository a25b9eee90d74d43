import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cnnviz import cli
from cnnviz.network.presets import PRESETS
from cnnviz.training.store import open_store

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BROKEN = "name: broken\ninput_shape: [1, 28, 28]\nlayers:\n  - ReLU()\n  - Conv2d(out_channels=6, kernel_size=50)\n"


def write(folder: Path, text: str) -> str:
    path = folder / "network.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_command_is_in_the_readme():
    commands = typer.main.get_command(cli.app).commands
    assert commands
    for command in commands:
        assert f"`cnnviz {command}" in README


def test_the_readme_shows_the_real_table(cnnviz):
    _, output, _ = cnnviz("show", "lenet")
    assert output.strip() in README


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("text", "LeNet, input"),
        ("csv", "path,kind,text"),
        ("markdown", "|  | Layer"),
        ("latex", "% LeNet, input 1×28×28"),
    ],
)
def test_show_writes_the_table_in_the_format_asked_for(cnnviz, name, begins):
    code, output, _ = cnnviz("show", "lenet", "--format", name)
    assert code == 0
    assert output.startswith(begins)
    assert "61,706" in output or name == "csv"


def test_list_names_every_preset(cnnviz):
    code, output, _ = cnnviz("list")
    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == list(PRESETS)
    assert "resnet50           ResNet-50                       2015  3×224×224  He et al." in output


def test_compare_prints_totals_with_ratios_and_the_differences(cnnviz):
    code, output, _ = cnnviz("compare", "vgg11", "vgg11-narrow")
    assert code == 0
    assert re.search(r"^Parameters +129 M +43.1 M ×0\.33$", output, re.MULTILINE)  # 43,093,322 / 128,806,154
    assert output.endswith(
        "VGG-11 → VGG-11, narrow\n"
        "  ~ 0 VGGBlock: out_channels 64 → 16\n"
        "  ~ 1 VGGBlock: out_channels 128 → 32\n"
        "  ~ 2 VGGBlock: out_channels 256 → 64\n"
        "  ~ 3 VGGBlock: out_channels 512 → 128\n"
        "  ~ 4 VGGBlock: out_channels 512 → 128\n"
    )


def test_compare_takes_files_and_tells_in_json_which_does_not_fit(cnnviz, tmp_path):
    code, output, _ = cnnviz("compare", "lenet", write(tmp_path, BROKEN), "alexnet", "--json")
    told = json.loads(output)
    assert code == 1
    assert [network["num_params"] for network in told["networks"]] == [61_706, 0, 46_764_746]
    assert told["networks"][1]["problem"].startswith("layer 1 (Conv2d) cannot take 1×28×28")
    assert [(each["before"], each["after"]) for each in told["comparisons"]] == [
        ("LeNet", "broken"),
        ("broken", "AlexNet"),
    ]


def test_compare_needs_two_networks(cnnviz):
    code, _, complaint = cnnviz("compare", "lenet")
    assert code == 2
    assert "compare needs two networks or more" in complaint


def test_show_prints_one_json_object_with_the_documented_names(cnnviz):
    code, output, _ = cnnviz("show", "vgg11", "--json")
    shown = json.loads(output)
    assert code == 0
    totals = {"num_params", "num_trainable", "mult_adds", "output_bytes"}
    assert shown.keys() == {"name", "input_shape", "output_shape", "rows", "problem"} | totals
    assert (shown["num_params"], shown["output_shape"], shown["problem"]) == (128_806_154, [10], None)
    assert [row["path"] for row in shown["rows"]][:6] == ["0", "0.0", "0.1", "0.2", "1", "1.0"]
    row = shown["rows"][1]
    wanted = {"path": "0.0", "kind": "Conv2d", "input_shape": [1, 224, 224], "output_shape": [64, 224, 224]}
    assert wanted.items() <= row.items()
    assert {"text", "num_params", "mult_adds"} <= row.keys()


def test_a_model_of_torchvision_is_shown_by_name(cnnviz):
    code, output, _ = cnnviz("show", "torchvision:resnet18", "--input", "3,64,64", "--depth", "3")
    assert code == 0
    assert output.startswith("resnet18, input [3, 64, 64]\n")
    assert re.search(r"layer4.1.add +add\(\) +\[512, 2, 2\]", output)
    assert "Parameters           11,689,512 (11.7 M" in output  # as torchvision's documentation has it


def test_a_model_of_torchvision_is_shown_as_json_for_its_own_input(cnnviz):
    _, output, _ = cnnviz("show", "torchvision:squeezenet1_1", "--json")
    shown = json.loads(output)
    assert (shown["name"], shown["input_shape"], shown["num_params"]) == ("squeezenet1_1", [3, 224, 224], 1_235_496)


def test_a_model_of_torchvision_that_does_not_take_the_input_gives_exit_code_1(cnnviz):
    code, output, _ = cnnviz("show", "torchvision:alexnet", "--input", "3,40,40")
    assert code == 1
    assert "Does not fit together: layer features.12 (MaxPool2d) cannot take 256×1×1" in output


def test_list_names_torchvisions_models_when_asked(cnnviz):
    _, output, _ = cnnviz("list", "--torchvision")
    assert {"resnet50", "vit_b_16", "googlenet"} <= set(output.split())
    assert "lenet" not in output.split()


def test_memory_prints_the_ledger_and_the_largest_batch_of_every_gpu(cnnviz):
    code, output, _ = cnnviz("memory", "alexnet", "--optimizer", "momentum")
    assert code == 0
    assert output.startswith("AlexNet, a batch of 128, momentum, float32\n\nWeights                187 MB\n")
    assert "\nOptimizer state        187 MB\n" in output
    assert {"RTX 4090", "A100 80 GB"} <= {line[:13].strip() for line in output.splitlines()}


def test_memory_prints_one_json_object_for_a_budget(cnnviz):
    code, output, _ = cnnviz("memory", "lenet", "--batch-size", "2", "--budget", "rtx4090", "--json")
    told = json.loads(output)
    assert code == 0
    assert (told["batch_size"], told["weight_bytes"]) == (2, 4 * 61_706)
    assert list(told["largest_batches"]) == ["RTX 4090"]


@pytest.mark.parametrize("option", [("--budget", "much"), ("--optimizer", "lion")])
def test_memory_refuses_what_it_does_not_know(cnnviz, option):
    code, _, error = cnnviz("memory", "lenet", *option)
    assert (code, error.count("\n")) == (2, 1)
    assert option[1] in error


@pytest.mark.parametrize("width", ["0.25", "1/4", "×1/4"])
def test_width_and_input_are_set(cnnviz, width):
    _, output, _ = cnnviz("show", "vgg11", "--width", width, "--input", "3,64,64", "--json")
    shown = json.loads(output)
    assert shown["input_shape"] == [3, 64, 64]
    assert shown["rows"][0]["output_shape"] == [16, 32, 32]


def test_a_network_that_does_not_fit_gives_its_table_and_exit_code_1(cnnviz, tmp_path):
    path = write(tmp_path, BROKEN)
    code, output, _ = cnnviz("show", path)
    assert code == 1
    assert "[1, 1, 28, 28]" in output
    assert "layer 1 (Conv2d) cannot take 1×28×28: its 50×50 window is larger than the 28×28 map" in output
    code, output, _ = cnnviz("show", path, "--json")
    problem = json.loads(output)["problem"]
    assert (code, problem["path"], problem["kind"], problem["input_shape"]) == (1, "1", "Conv2d", [1, 28, 28])


def test_explain_prints_a_layers_formulas_in_plain_signs(cnnviz):
    code, output, _ = cnnviz("explain", "alexnet", "3")
    assert code == 0
    assert output.startswith("Layer 3 · Conv2d\n\nSlides 256 filters of 96×5×5 weights over the map")
    assert "    ⌊(26 + 2·2 − 5)/1⌋ + 1 = 26   the map keeps its size\n" in output
    assert "    256·(96·5·5) + 256 = 614,656\n" in output
    assert "1.3 % of the parameters, rank 6 of 8 layers with weights\n" in output
    assert "\\" not in output


def test_explain_prints_one_json_object(cnnviz):
    code, output, _ = cnnviz("explain", "lenet", "7", "--json")
    shown = json.loads(output)
    assert (code, shown["title"], shown["fits"]) == (0, "Layer 7 · Linear", True)
    assert shown["formulas"][0] == {
        "name": "Parameters",
        "latex": r"120\cdot 400 + 120 = 48{,}120",
        "text": "120·400 + 120 = 48,120",
        "result": "",
        "rule": "outputs · inputs + biases",
    }


def test_explain_shows_the_number_that_is_wrong_and_gives_exit_code_1(cnnviz, tmp_path):
    code, output, _ = cnnviz("explain", write(tmp_path, BROKEN), "1")
    assert code == 1
    assert "    ⌊(28 + 2·0 − 50)/1⌋ + 1 = −21   less than 1: no window fits\n" in output


def test_explain_names_a_path_to_no_layer(cnnviz):
    assert cnnviz("explain", "lenet", "12") == (2, "", "cnnviz: there is no layer 12 in LeNet\n")


def test_source_prints_a_pytorch_file_that_show_reads_back(cnnviz, tmp_path):
    code, source, _ = cnnviz("source", "vgg11", "--width", "1/4", "--input", "3,64,64")
    assert code == 0
    assert "    vgg_block(1, 3, 16),     # 16×32×32\n" in source
    path = tmp_path / "narrow.py"
    path.write_text(source, encoding="utf-8")
    _, table, _ = cnnviz("show", str(path))
    assert table == cnnviz("show", "vgg11", "--width", "1/4", "--input", "3,64,64")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["source", "lenet", "--input", "1,5,5"], "layer 3 (Conv2d) cannot take 6×2×2: its 5×5 window is larger"),
        (["show", "alexnt"], "did you mean alexnet?"),
        (["show", "nowhere.yaml"], "there is no such preset or file"),
        (["show", "lenet", "--input", "1,2"], "must be channels, height and width"),
        (["show", "lenet", "--input", "1,0,28"], "input_shape[1] should be greater than or equal to 1, not 0"),
        (["show", "lenet", "--width", "0"], "width should be greater than 0"),
        (["show", "lenet", "--width", "wide"], "width 'wide' must be a number above 0"),
        (["show", "torchvision:resnet5"], "did you mean resnet50"),
        (["show", "torchvision:resnet18", "--width", "1/2"], "--width is for presets and files"),
        (["train", "torchvision:resnet18"], "torchvision:resnet18 can be shown with `cnnviz show`, but not"),
        (["train", "lenet", "--lr", "0"], "lr should be greater than 0"),
        (["train", "lenet", "--data", "imagenet"], "data should be one of fashion-mnist, "),
        (["train", "lenet", "--device", "cuda:99"], "device cuda:99 is not here"),
        (["train", "alexnet", "--resize", "64"], "set resize to 224"),
        (["train", "lenet", "--examples", "70000"], "should be at most 60,000"),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_exit_code_2(cnnviz, arguments, message):
    code, output, error = cnnviz(*arguments)
    assert (code, output) == (2, "")
    assert message in error
    assert error.count("\n") == 1
    assert open_store().runs() == ()


def test_a_network_that_does_not_fit_cannot_be_trained(cnnviz, tmp_path):
    code, _, error = cnnviz("train", write(tmp_path, BROKEN), "--data", "shapes")
    assert code == 2
    assert "broken does not fit together: layer 1 (Conv2d)" in error


def test_train_records_the_run_that_runs_lists_and_prints_the_books_lines(cnnviz):
    code, output, _ = cnnviz("train", "lenet", "--data", "shapes", "--epochs", "1", "--examples", "600")
    assert code == 0
    assert re.fullmatch(
        r"loss \d\.\d{3}, train acc \d\.\d{3}, test acc \d\.\d{3}\n\d+\.\d examples/sec on cpu\n", output
    )
    _, output, _ = cnnviz("runs", "--json")
    (run,) = json.loads(output)
    assert (run["name"], run["status"], run["step"]) == ("LeNet", "finished", run["num_steps"])
    assert {"id", "loss", "train_acc", "test_acc", "examples_per_s"} <= run.keys()
    assert run["recipe"]["lr"] == 0.9  # LeNet's published one
    _, output, _ = cnnviz("runs")
    assert run["id"] in output


def test_without_runs_runs_says_how_to_start_one(cnnviz):
    assert cnnviz("runs") == (0, "No runs yet; start one with `cnnviz train lenet --data shapes`.\n", "")
    assert json.loads(cnnviz("runs", "--json")[1]) == []


def test_ctrl_c_stops_a_run_and_keeps_what_was_measured(cnnviz_home):
    command = [sys.executable, "-m", "cnnviz.cli", "train", "lenet", "--data", "shapes", "--epochs", "1000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with open_store() as store:
        while not (store.runs() and store.points(store.runs()[0].id)):
            assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGINT)
        output, error = process.communicate(timeout=60)
        (run,) = store.runs()
    assert run.status == "stopped"
    assert f"what was measured is kept as run {run.id}" in output
    assert "Traceback" not in error


def test_a_port_in_use_is_named_before_anything_starts(cnnviz):
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, error = cnnviz("app", "--port", str(port))
    assert code == 2
    assert f"cannot listen on port {port} of localhost" in error
    assert f"make app PORT={port + 1}" in error


def test_a_home_that_cannot_be_written_is_named(cnnviz, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "file" / "home"))
    code, _, error = cnnviz("runs")
    assert code == 2
    assert "set CNNVIZ_HOME to a folder you can write" in error


def test_the_command_works_from_any_folder(tmp_path):
    done = subprocess.run(
        [Path(sys.executable).parent / "cnnviz", "show", "alexnet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "46,764,746" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    command = f"{sys.executable} -m cnnviz.cli show alexnet | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("AlexNet, input [1, 1, 224, 224]\n", "")
