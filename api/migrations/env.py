"""Alembic's environment: the URL comes from api.kernel.migrate."""

from alembic import context

from api.kernel.db import make_engine
from api.models import Base

url = context.config.get_main_option("sqlalchemy.url")
if url is None:
    raise RuntimeError("run migrations through `python -m api migrate`, which gives the store's URL")

engine = make_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
