"""How fast the book's large networks train on this CPU; see `training`.

python benchmarks/train_cpu.py [--short] [--turns 3] [--steps 2] [alexnet …]
"""

from training.comparison import main

if __name__ == "__main__":
    main()
