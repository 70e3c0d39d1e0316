"""What the benchmark programs beside this package share; `../all --help` is the way in."""
