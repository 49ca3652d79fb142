"""What ETL writes about itself. No source holds it: these tables are kept, and columns are added in place."""

from queries.schema.base import count, instant, key, optional_count, optional_key, record, text_column

quarantine = record(
    "quarantine",
    text_column("source"),
    text_column("job"),
    text_column("row_key"),
    text_column("reason"),
    text_column("row_json"),
    text_column("run_id"),
    instant("quarantined_at", nullable=False),
    text_column("file", nullable=True),  # where a row of files stands, and which word of it is the reason
    text_column("sheet", nullable=True),
    optional_count("line"),
    text_column("column", nullable=True),
    text_column("word", nullable=True),
    grain="one row per bad source row, the newest reason; deleted when the row lands well later",
    key=("source", "job", "row_key", "file", "sheet", "line"),
)

etl_runs = record(
    "etl_runs",
    text_column("run_id"),
    text_column("source"),
    text_column("job"),
    text_column("mode"),  # first_load, increment, backfill, rebuild, reconcile, repair
    text_column("note", nullable=True),  # why everything was landed again; of files: which were read, and how
    text_column("status"),  # running, ok, failed
    count("rows_read"),
    count("rows_landed"),
    count("rows_deleted"),
    count("rows_quarantined"),
    optional_count("rows_repeated"),  # rows of files that only repeat another
    optional_count("rows_dropped"),  # rows of files that the mapping does not want, blank ones, headers again
    text_column("watermark", nullable=True),
    text_column("error", nullable=True),
    instant("started_at", nullable=False),
    instant("finished_at"),
    grain="one row per run and job",
    key=("run_id", "job"),
)

etl_state = record(
    "etl_state",
    text_column("source"),
    text_column("watermark"),  # opaque to readers
    optional_key("change_seq"),  # changes of the API up to this one are landed; null where they are not numbered
    text_column("pending", nullable=True),  # but for these, which were not committed yet: a JSON list
    instant("landed_at", nullable=False),  # all that was committed before is landed: the freshness that pages show
    key("data_version"),  # grows with every landing that changed something
    text_column("store_id", nullable=True),  # of a store with an identity: another one is not landed over it
    text_column("mapping_file", nullable=True),  # of a file source: what to read again when a table is made anew
    text_column("folder", nullable=True),
    text_column("url", nullable=True),  # of a store, without a password: where it is verified each night
    grain="one row per source: written in the transaction of the landing itself",
    key=("source",),
)

due_tables = record(
    "due_tables",
    text_column("source"),  # empty for a mart, which is computed from what is there
    text_column("table_name"),
    text_column("note", nullable=True),  # why it is still due, and what to do
    grain="one row per table that was made anew and source whose rows it lacks; deleted when they are landed again",
    key=("source", "table_name"),
)

key_map = record(
    "key_map",
    text_column("source"),
    text_column("kind"),
    text_column("natural_key"),
    key("id"),
    grain="one row per text key of a file source: its surrogate id, from 1,000,000,000 up, kept for ever",
    key=("source", "kind", "natural_key"),
)

etl_verifications = record(
    "etl_verifications",
    text_column("verification_id"),
    text_column("source"),
    text_column("status"),  # agrees, differs, failed
    count("rows_compared"),
    count("rows_differing"),
    text_column("error", nullable=True),  # why it failed, or the promises that the warehouse breaks
    instant("started_at", nullable=False),
    instant("finished_at", nullable=False),
    grain="one row per comparison of a source with the warehouse",
    key=("verification_id",),
)

etl_differences = record(
    "etl_differences",
    text_column("verification_id"),
    count("line"),
    text_column("table_name"),
    text_column("row_key"),
    text_column("kind"),  # changed, missing, surplus, repeated, quarantine
    text_column("column_name", nullable=True),  # null: the whole row
    text_column("source_value"),
    text_column("warehouse_value"),
    grain="one row per value that differed: of the first rows of each table of a comparison",
    key=("verification_id", "line"),
)
