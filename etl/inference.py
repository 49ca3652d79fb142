"""A first mapping of a file of orders: its columns by their names, its formats by its words, guesses marked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from etl.files.guess import read_unknown
from etl.files.tables import FileUnreadable, one_line
from etl.sources import dates, inputs, numbers
from etl.sources.inputs import Input
from etl.sources.mapping import Files, MappingError
from etl.sources.proofs import Proofs
from etl.sources.scratch import scratch
from etl.sources.words import composed
from queries.engine import duckdb_cursor

NAMES = {
    "order_no": "no_pesanan nomor_pesanan no_order nomor_order order_no order_id order_number id_pesanan no_invoice",
    "partner": "penjual nama_toko toko partner seller seller_id shop store nama_penjual merchant",
    "airway_bill": "resi no_resi nomor_resi awb no_awb airway_bill tracking_number connote nomor_pelacakan",
    "courier": "kurir ekspedisi courier jasa_kirim opsi_pengiriman shipping_provider carrier",
    "payment_method": "metode metode_pembayaran pembayaran payment payment_method cara_bayar",
    "state": "status status_pesanan order_status state",
    "customer_name": "pembeli nama_pembeli penerima nama_penerima buyer customer recipient username_pembeli",
    "customer_city": "kota kota_tujuan kota_kabupaten city destination kabupaten",
    "qty": "qty jumlah quantity jumlah_barang pcs",
    "subtotal": "subtotal harga total_harga nilai_barang price amount total_harga_produk nilai_cod",
    "shipping": "ongkir ongkos_kirim biaya_kirim shipping_cost freight shipping_fee",
    "created_at": "tanggal dibuat waktu_pesanan_dibuat tanggal_pesanan created_at order_date tgl tgl_pesan waktu",
    "shipped_at": "kirim dikirim tanggal_kirim shipped_at tgl_kirim waktu_pengiriman",
    "delivered_at": "diterima tanggal_diterima delivered_at tgl_terima waktu_selesai",
}
STATES = {
    "Diajukan": "diajukan baru new pending created belum_bayar",
    "Dipacking": "dipacking perlu_dikirim processing diproses packed",
    "Dikirim": "dikirim sedang_dikirim shipped in_transit",
    "Diterima": "diterima selesai delivered completed terkirim",
    "Retur": "retur returned dikembalikan",
    "Batal": "batal dibatalkan canceled cancelled",
}
MOST_WORDS = 30


def inferred(path: Path) -> str:
    """A mapping as YAML.

    Raises:
        MappingError: the file cannot be read.
    """
    if not path.is_file():
        what = f"{path} is a folder" if path.is_dir() else f"there is no file {path}"
        raise MappingError(f"{what}; give one file as --path FILE")
    try:
        with scratch() as connection:
            cursor = duckdb_cursor(connection)
            read = read_unknown(cursor, path)
            header = list(read.tables[0].header)
            source = inputs.opened(cursor, "orders", Files(files=["*"], columns=header[:1]), read)
            proofs = Proofs(cursor, connection.dialect)
            return "\n".join(_lines(path, source, proofs)) + "\n"
    except FileUnreadable as error:
        raise MappingError(str(error)) from error


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _scalar(value: str) -> str:
    return str(yaml.safe_dump(value, default_style='"', width=10_000, allow_unicode=True)).strip()


def _found(columns: tuple[str, ...]) -> dict[str, str]:
    """The column for each meaning; the first name of the list that is there."""
    plain = {_plain(name): name for name in reversed(columns)}
    found = {}
    for meaning, names in NAMES.items():
        name = next((plain[each] for each in names.split() if each in plain), None)
        if name is not None:
            found[meaning] = name
    return found


def _lines(path: Path, source: Input, proofs: Proofs) -> Iterator[str]:
    found = _found(source.columns)
    order = found.setdefault("order_no", source.columns[0])
    used = list(dict.fromkeys(found.values()))
    first = source.read.tables[0]
    name = one_line(path.name)
    yield f"# A first mapping of {name}. Look at each line that ends in `confirm`, correct it, and try it:"
    yield "# python -m etl preview --mapping THIS_FILE --path FOLDER"
    yield "name: files # confirm: the name of this source, in small letters"
    yield "inputs:"
    yield "  orders:"
    yield f"    files: [{_scalar(path.name)}] # confirm: a pattern for the files to come, such as orders*.csv"
    yield f"    columns: [{', '.join(map(_scalar, used))}]"
    if first.delimiter:
        yield f"    delimiter: {_scalar(first.delimiter)}"
    if len(source.read.tables) > 1 and first.sheet:
        yield "    sheets: all # confirm: or the names of the sheets to read"
    yield from _formats(source, found, proofs)
    yield "tables:"
    yield from _dimension("dim_shipments", "shipment_id", "shipment", found.get("courier"), ("courier", "name"))
    partner = found.get("partner")
    yield from _dimension("dim_partners", "partner_id", "partner", partner, ("full_name", "brand_name"))
    yield from _orders(source, found, order, proofs)


def _formats(source: Input, found: dict[str, str], proofs: Proofs) -> Iterator[str]:
    """The formats of the whole input, where its columns do not prove them."""
    kinds = {
        "numbers": ("qty", "subtotal", "shipping"),
        "dates": ("created_at", "shipped_at", "delivered_at"),
    }
    for kind, meanings in kinds.items():
        for meaning in [each for each in meanings if each in found]:
            name = found[meaning]
            try:
                if kind == "numbers":
                    numbers.proved(proofs.kinds(source, name, (), numbers.kind_of_word)[0])
                else:
                    dates.proved(*proofs.kinds(source, name, (), dates.kind_of_word))
            except (numbers.Unproved, dates.Undated) as open_:
                line = open_.line if isinstance(open_, dates.Undated) else 'numbers: {thousands: ".", decimal: ","}'
                shown = re.sub(r"\s+", " ", str(open_.words[0]))
                yield f"    {line} # confirm: {shown} in {_plain(name)} can be read in two ways"
                break


def _dimension(table: str, key: str, kind: str, name: str | None, texts: tuple[str, str]) -> Iterator[str]:
    of = f"column: {_scalar(name)}" if name else 'value: "Tidak diketahui"'
    mark = f" # confirm: is this the {kind}?"
    yield f"  {table}:"
    yield "    - input: orders"
    yield "      repeats: first"
    yield "      columns:"
    yield f"        {key}: {{{of}, key_of: {kind}}}{mark}"
    for each in texts:
        yield f"        {each}: {{{of}}}"
    if kind == "partner":
        for each in ("email", "phone", "city"):
            yield f'        {each}: {{value: ""}}'
        yield '        joined_at: {value: "2020-01-01 00:00:00"} # confirm: when the partners joined'
        yield "        problem_status: {value: 0}"
    yield '        updated_at: {value: "2020-01-01 00:00:00"}'


def _orders(source: Input, found: dict[str, str], order: str, proofs: Proofs) -> Iterator[str]:
    def text(target: str, meaning: str, otherwise: str) -> str:
        if meaning in found:
            return f"        {target}: {{column: {_scalar(found[meaning])}}} # confirm"
        return f"        {target}: {{value: {_scalar(otherwise)}}} # confirm: no column was found for it"

    def amount(target: str, meaning: str, otherwise: int = 0) -> str:
        if meaning in found:
            return f"        {target}: {{column: {_scalar(found[meaning])}}} # confirm"
        return f"        {target}: {{value: {otherwise}}} # confirm"

    yield "  fct_orders:"
    yield "    - input: orders"
    yield "      columns:"
    yield f"        order_id: {{column: {_scalar(order)}, key_of: order}} # confirm: is this the number of the order?"
    partner = f"column: {_scalar(found['partner'])}" if "partner" in found else 'value: "Tidak diketahui"'
    yield f"        partner_id: {{{partner}, key_of: partner}}"
    yield f"        order_no: {{column: {_scalar(order)}}}"
    if "airway_bill" in found:
        yield text("airway_bill", "airway_bill", "")
    yield text("courier", "courier", "Tidak diketahui")
    yield _mapped(source, proofs, "payment_method", found.get("payment_method"), _payment, "COD")
    yield _mapped(source, proofs, "state", found.get("state"), _state, "Diajukan")
    yield "        is_retur: {value: 0} # confirm: 1 or 2 for orders in the state Retur"
    yield "        is_problem: {value: false}"
    yield "        is_lost: {value: false}"
    yield text("customer_name", "customer_name", "")
    yield text("customer_city", "customer_city", "")
    yield amount("qty", "qty", 1)
    yield amount("subtotal", "subtotal")
    for target in ("discount", "service_fee", "shipping_cashback", "return_shipping"):
        yield f"        {target}: {{value: 0}} # confirm"
    yield amount("bare_shipping", "shipping")
    yield amount("shipping_cost", "shipping")
    if "subtotal" in found and "shipping" in found:
        both = f"column: {_scalar(found['subtotal'])}, plus: {_scalar(found['shipping'])}"
        yield f"        grand_total: {{{both}}} # confirm"
    else:
        yield amount("grand_total", "subtotal")
    yield amount("net_profit", "subtotal")
    for target in ("created_at", "shipped_at", "delivered_at"):
        if target in found:
            yield f"        {target}: {_instant(found[target])}"
    if "created_at" not in found:
        yield '        created_at: {value: "2020-01-01 00:00:00"} # confirm: no column was found for it'
    updated = _instant(found["created_at"]) if "created_at" in found else '{value: "2020-01-01 00:00:00"}'
    yield f"        updated_at: {updated}"


def _instant(name: str) -> str:
    return f"{{column: {_scalar(name)}, time_zone: Asia/Jakarta}} # confirm: the time zone"


def _mapped(source: Input, proofs: Proofs, target: str, name: str | None, meant: Any, otherwise: str) -> str:
    if name is None:
        return f"        {target}: {{value: {_scalar(otherwise)}}} # confirm: no column was found for it"
    word = source.rows.c[name]
    statement = select(word, func.count()).where(word.is_not(None)).group_by(word).order_by(func.count().desc(), word)
    words = [row[0] for row in proofs.cursor.execute(composed(statement.limit(MOST_WORDS), proofs.dialect)).fetchall()]
    pairs = ", ".join(f"{_scalar(each)}: {_scalar(meant(each) or otherwise)}" for each in words)
    return f"        {target}: {{column: {_scalar(name)}, values: {{{pairs}}}}} # confirm: what each word means"


def _payment(word: str) -> str:
    plain = _plain(word)
    return "COD" if plain in ("cod", "bayar_di_tempat", "cash_on_delivery") else "BANK TRANSFER"


def _state(word: str) -> str | None:
    plain = _plain(word)
    return next((state for state, names in STATES.items() if plain in names.split()), None)
