"""Runs of pages by AppTest look through every installed package for components: a tenth of a second each."""

from functools import cache

from streamlit.components.v2 import manifest_scanner


def look_for_components_once() -> None:
    """From now on what was found at first is remembered, as a server does."""
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
