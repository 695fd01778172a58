"""The briefing: what a person must know before the first word, so that nobody has to say it twice.

Made by code from the thread alone (`writing.py`); a language model may write the first line and the next step better
(`by_model.py`). Every line names the messages that it rests on, and none is told that has a figure or a name of its own
(`backing.py`).
"""

from escalation.briefing.lines import Line, Part
from escalation.briefing.material import Material
from escalation.briefing.summary import summary_of
from escalation.briefing.writing import write_briefing

__all__ = ["Line", "Material", "Part", "summary_of", "write_briefing"]
