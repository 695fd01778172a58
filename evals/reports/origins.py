"""Where cases of a run come from: what they are for, and what they say their customer feels."""

from collections.abc import Mapping

from evals.reports.summary import Key
from evals.runs.store import Run
from evals.suites.files import Located, NoSuiteError, find, read


def origins(run: Run) -> Mapping[Key, Located]:
    """The shipped cases of the run's suites, as far as their files are still those of the run."""
    try:
        suites = read(find([]))
    except NoSuiteError:
        return {}
    same = {name for name, hash_ in run.info.suites.items() if suites.hashes.get(name) == hash_}
    return {(located.suite, located.case.id): located for located in suites.cases if located.suite in same}
