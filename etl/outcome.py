"""What happened in a run, in one sentence."""

from etl.runner import RunReport


def sentence(report: RunReport, aside: int) -> str:
    """What landed, from where, and how many rows of the source wait in the quarantine."""
    if not report.jobs:
        done = f"{report.source}: nothing has changed"
    elif not report.landed:
        why = "" if any(job.read for job in report.jobs) else ", since the source holds no rows"
        done = f"{report.source}: nothing was landed{why}"
    else:
        tables = ", ".join(
            f"{job.landed:,} {'row' if job.landed == 1 else 'rows'} of {job.job}" for job in report.jobs if job.landed
        )
        done = f"{report.source}: landed {tables}"
    if not aside:
        return done
    waiting = "1 row is" if aside == 1 else f"{aside:,} rows are"
    return f"{done}; {waiting} set aside: see Kesehatan Data, or `python -m etl status`"


def left_alone(report: RunReport) -> list[str]:
    """The files that were not read, and why."""
    lines = [line for job in report.jobs for line in (job.note or "").splitlines() if ": left alone, " in line]
    return list(dict.fromkeys(lines))
