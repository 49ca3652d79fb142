"""What is wrong with a mapping before any file is read: tables, inputs and joins, and keys that differ."""

from collections.abc import Iterator

from etl.jobs import JOBS, Job
from etl.sources.mapping import Mapping as FileMapping
from etl.sources.mapping import MappingError, TargetMapping

_JOBS = {job.name: job for job in JOBS}
Place = list[str | int]


def checked(mapping: FileMapping) -> None:
    """Refuse what cannot be landed whatever the files hold.

    Raises:
        MappingError: naming every wrong place with its line.
    """
    wrong: list[str] = []
    for name, parts in mapping.tables.items():
        if name not in _JOBS:
            known = ", ".join(sorted(_JOBS))
            wrong.append(f"{mapping.at(['tables', name])}: unknown table; known are {known}")
            continue
        for number, part in enumerate(parts):
            place: Place = ["tables", name, number]
            wrong += [*_joins(mapping, part, place), *_kinds(mapping, _JOBS[name], part, place)]
    if wrong:
        raise MappingError("the mapping is wrong:\n  " + "\n  ".join(wrong))


def _joins(mapping: FileMapping, part: TargetMapping, place: Place) -> Iterator[str]:
    """Inputs that are not there, and joins that lead in a circle."""
    known = ", ".join(mapping.inputs)
    if part.input not in mapping.inputs:
        yield f"{mapping.at([*place, 'input'])}: no input {part.input}; there are {known}"
    before = {part.input}
    for at, join in enumerate(part.joins):
        here = mapping.at([*place, "joins", at])
        if join.input not in mapping.inputs:
            yield f"{here}: no input {join.input}; there are {known}"
        elif join.input in before:
            yield f"{here}: {join.input} is there already; joining it again leads in a circle"
        later = {each.input for each in part.joins[at:]}
        for ours in join.match.values():
            if "." in ours and ours.split(".")[0] in later:
                yield f"{here}: {ours} is joined only later; put the join of {ours.split('.')[0]} first"
        before.add(join.input)


def _kinds(mapping: FileMapping, job: Job, part: TargetMapping, place: Place) -> Iterator[str]:
    """Ids that no row of the table they lead to can have: made of keys of another name."""
    for parent in job.parents:
        key = parent.table.info["key"][0]
        parts = mapping.tables.get(parent.table.name, [])
        kinds = {each.columns[key].key_of for each in parts if key in each.columns}
        rule = part.columns.get(parent.column)
        if rule and rule.key_of and kinds and rule.key_of not in kinds:
            made = ", ".join(sorted(str(kind) for kind in kinds if kind)) or "nothing"
            yield (
                f"{mapping.at([*place, 'columns', parent.column, 'key_of'])}: key_of is {rule.key_of} here, and "
                f"{made} where {parent.table.name} makes its {key}; write the same in both"
            )
