#!/bin/sh
# Run one stage of a `latent` training from the bare source tree, within a time limit.
#
#   tools/gpu_run.sh STAGE MINUTES [options of tools/gpu_run.py]
#
# STAGE is codec, words, gan, upscaler or knowledge. What it leaves lies in ./state (--state FOLDER):
# safetensors files of at most 15 MB each. The next call, on any machine, goes on from there. Needs
# python with torch, numpy, pillow, safetensors, tokenizers and onnx; nothing is downloaded.
#
#   tools/gpu_run.sh codec 20                      # scenes, painted on the device
#   tools/gpu_run.sh words 5 --pictures sprites/   # a captioned folder
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
stage=$1
minutes=$2
shift 2
here=$(dirname "$0")
seconds=$(awk "BEGIN { print int($minutes * 60) }")
# An interrupt makes the run save before it ends; whoever does not listen is ended a minute later.
PYTHONPATH="$here/../src${PYTHONPATH:+:$PYTHONPATH}" exec timeout -s INT -k 60 "$seconds" \
    "${PYTHON:-python3}" "$here/gpu_run.py" "$stage" "$minutes" "$@"
