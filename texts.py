"""Sentences with named values, and the catalogues (.po) of their translations. Below all parts, as settings.py is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


class Rupiah(int):
    """An amount: bare in English messages, which clients may read, and grouped by dots in a translation."""


class Text(str):
    """A sentence in the language of the code that can be translated into another one: it keeps its template and values.

    A value that is a Text is translated too. The template has to be a literal, so that its translation can
    be looked for.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def translated(self, translations: Mapping[str, str]) -> str:
        """The sentence by a catalogue; a template that is not in it stays, its values are translated."""
        template = translations.get(self.template, self.template)
        if not self.values:
            return template
        return template.format(**{name: _translated_value(value, translations) for name, value in self.values.items()})

    def packed(self) -> dict[str, Any]:
        """As JSON, for a store; `unpacked` gives it back."""
        return {"template": self.template, "values": {name: _packed(value) for name, value in self.values.items()}}


class TextError(ValueError):
    """A value that cannot be used, and why."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.text = Text(template, **values)
        super().__init__(self.text)


def word(code: str) -> Text:
    """A code that stands in a sentence (a role, a status) and has a translation."""
    return Text(str(code))


def listed(parts: Sequence[str], separator: str = ", ") -> Text:
    """The parts as one text, each of them and the separator translated by itself."""
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    template = "{separator}".join(f"{{{name}}}" for name in values)
    return Text(template, separator=word(separator), **values)


def translate_all(data: Any, translations: Mapping[str, str]) -> Any:
    """`data` with each Text in it translated by the catalogue; lists and tuples become lists."""
    if isinstance(data, Text):
        return data.translated(translations)
    if isinstance(data, dict):
        return {key: translate_all(value, translations) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [translate_all(each, translations) for each in data]
    return data


def unpacked(kept: Any) -> Any:
    """What `Text.packed` made; anything else as it is."""
    if isinstance(kept, dict) and kept.keys() == {"template", "values"}:
        return Text(kept["template"], **{name: unpacked(value) for name, value in kept["values"].items()})
    if isinstance(kept, dict) and kept.keys() == {"rupiah"}:
        return Rupiah(kept["rupiah"])
    return kept


def _packed(value: object) -> object:
    if isinstance(value, Text):
        return value.packed()
    return {"rupiah": int(value)} if isinstance(value, Rupiah) else value


def _translated_value(value: object, translations: Mapping[str, str]) -> object:
    if isinstance(value, Text):
        return value.translated(translations)
    return f"{value:,}".replace(",", ".") if isinstance(value, Rupiah) else value


def read_catalog(folder: Path, language: str) -> Catalog:
    """All .po files of a language merged."""
    merged = Catalog(locale=language)
    for path in sorted((folder / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    merged[message.id] = message  # by its context, too
    return merged


def in_context(context: str | None, message: str) -> str:
    """The key of a message whose meaning depends on where it stands (msgctxt), as gettext writes it."""
    return f"{context}\x04{message}" if context else message


def without_context(key: str) -> str:
    """The message of a key by `in_context`."""
    return key.rpartition("\x04")[2]


def forms(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """msgid (the singular, by `in_context`) to its forms, one or two."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if message.id:
            key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
            translated = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
            if all(translated):
                found[in_context(message.context, key)] = tuple(map(str, translated))
    return found
