"""Users: who wrote a note."""

from sqlalchemy import select

from api.models import User
from etl.jobs.base import SOURCE, Feed, Job
from queries.schema import dim_users

job = Job(
    target=dim_users,
    statement=select(User.id.label("user_id"), SOURCE, User.full_name, User.role_id, User.updated_at),
    key=User.id,
    feeds=(Feed("users", User.id, "user_id"),),
)
