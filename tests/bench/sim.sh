#!/usr/bin/env bash
# How fast the protocol is simulated (tests/sim/swarm), and how many states of its models are looked at (tests/model).
#   tests/bench/sim.sh PROGRAM [RUNS]    PROGRAM: tst_sim_swarm_swarm; by default 1000 runs
# Progress goes to stderr, the last line of stdout is one JSON object.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 runs=${2:-1000}
[[ $runs =~ ^[1-9][0-9]*$ ]] || { echo "bench sim: '$runs' is not a number of runs" >&2; exit 2; }
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT

MUTOSCOPE_SIM_RUNS=$runs MUTOSCOPE_SIM_JSON=$figures "$program" invariantsHold >&2
model=$("$here/../model/run" --json | tee /dev/stderr | tail -1)
printf '{"bench":"sim","what":"simulated worlds of many parties, and all states of the models","simulation":%s,"model":%s}\n' \
    "$(cat "$figures")" "$model"
