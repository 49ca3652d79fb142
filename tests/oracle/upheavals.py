"""Histories in which rows change their keys, are replaced, or a table is emptied, between what happens every day."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, text, update

from api.models import Order, OrderEvent, PartnerNote, PickupOrder, Product, Ticket, TicketMessage
from tests.oracle.histories import History
from tests.oracle.writing import Row

CHILDREN = (OrderEvent, PickupOrder, Ticket)  # rows of an order
LEAVES = (OrderEvent, PickupOrder, TicketMessage, PartnerNote, Product)  # to whose keys nothing points
EMPTIED = (TicketMessage, PartnerNote, PickupOrder)
AMONG = 3  # upheavals in each portion after the first


class Upheaval(History):
    """A history by its seed, with upheavals before its other changes."""

    def go_on(self, connection: Connection) -> None:
        """Some days pass, some things change, and some are turned over."""
        self.store.connection = connection
        for upset in self.rng.choices(UPHEAVALS, k=AMONG):
            upset(self)
        super().go_on(connection)

    def move_leaf(self) -> None:
        """A row to which nothing points gets another key."""
        model = self.rng.choice(LEAVES)
        if row := self.store.some(model):
            self._move(model, row)

    def move_order(self) -> None:
        """An order gets another key, and all that hangs on it follows; foreign keys are looked at in the end."""
        order, connection = self.store.some(Order), self.store.connection
        if order is None or connection.dialect.name == "postgresql":  # where each statement must leave keys in order
            return
        before = order["id"]
        pause, resume = {
            "sqlite": ("PRAGMA defer_foreign_keys = ON", None),
            "mysql": ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
        }[connection.dialect.name]
        connection.exec_driver_sql(pause)
        self._move(Order, order)
        for model in CHILDREN:
            for row in self.store.those(model, order_id=before):
                self.store.change(model, row, order_id=order["id"])
        if resume:
            connection.exec_driver_sql(resume)

    def renumber(self) -> None:
        """An order or a ticket gets another number."""
        model, name = self.rng.choice(((Order, "order_no"), (Ticket, "ticket_no")))
        if row := self.store.some(model):
            self.store.change(model, row, **{name: f"X{next(self.store.numbers)}"})

    def exchange_bills(self) -> None:
        """Two orders exchange their airway bills."""
        one, other = self.store.some(Order), self.store.some(Order)
        if one and other and one is not other:
            bills = one["airway_bill"], other["airway_bill"]
            self.store.change(Order, one, airway_bill=None)
            self.store.change(Order, other, airway_bill=bills[0])
            self.store.change(Order, one, airway_bill=bills[1])

    def replace(self) -> None:
        """A row takes the place of another one with the same number, under a key of its own."""
        of_order = [row for row in self.store.rows[Order].values() if not self._hangs_on(row)]
        of_ticket = [
            row for row in self.store.rows[Ticket].values() if not self.store.those(TicketMessage, ticket_id=row["id"])
        ]
        rows: list[tuple[Any, Row]] = [*((Order, row) for row in of_order), *((Ticket, row) for row in of_ticket)]
        if rows:
            model, row = self.rng.choice(rows)
            self._replace(model, row)

    def replace_itself(self) -> None:
        """A row is written again as it is, by a statement that deletes it first."""
        if row := self.store.some(PickupOrder):
            self._replace(PickupOrder, row, row["id"])

    def empty(self) -> None:
        """Every row of a table goes at once."""
        model, connection = self.rng.choice(EMPTIED), self.store.connection
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"TRUNCATE {model.__tablename__}"))
        else:
            connection.execute(delete(model))
        self.store.rows[model].clear()

    def _hangs_on(self, order: Row) -> bool:
        return any(self.store.those(model, order_id=order["id"]) for model in CHILDREN)

    def _move(self, model: Any, row: Row) -> None:
        before, row["id"] = row["id"], self.store.new_id(model)
        self.store.connection.execute(update(model).where(model.id == before).values(id=row["id"]))
        self.store.rows[model][row["id"]] = self.store.rows[model].pop(before)

    def _replace(self, model: Any, row: Row, key: int | None = None) -> None:
        """Under `key`, or a new one; where no statement replaces rows, the old one goes and the new one comes."""
        connection, table = self.store.connection, model.__table__
        if connection.dialect.name == "postgresql":
            again = {name: value for name, value in row.items() if name != "id"}
            self.store.remove(model, row)
            self.store.add(model, **again)
            return
        before, row["id"] = row["id"], key or self.store.new_id(model)
        others = ", ".join(column.name for column in table.c if column.name != "id")
        copied = f"REPLACE INTO {table.name} (id, {others}) SELECT :key, {others} FROM {table.name} WHERE id = :old"
        connection.execute(text(copied), {"key": row["id"], "old": before})
        self.store.rows[model][row["id"]] = self.store.rows[model].pop(before)


_U = Upheaval
UPHEAVALS: tuple[Callable[[Upheaval], None], ...] = (
    _U.move_leaf, _U.move_leaf, _U.move_order, _U.renumber, _U.exchange_bills, _U.replace, _U.replace_itself, _U.empty,
)  # fmt: skip
