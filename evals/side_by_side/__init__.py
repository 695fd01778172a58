"""What a turn of ours costs beside the same turn in other frameworks, driven by one harness.

The harness is not ours and not here: a folder with `bench.py`, `targets.py`, `fake_llm.py` and `peers/` that starts a
scripted provider and one target pinned to a core, and drives three-turn conversations through it. What is ours is the
target. Repeat with

    HARNESS/setup.sh floor lang                                  # environments of harness and peers, once
    ROOT/tools/bin/python evals/side_by_side/drive.py HARNESS --target candor --conc 1,16

`drive.py` and `target.py` run in the harness's environment and know nothing of Candor; `business.py` runs in ours.
"""
