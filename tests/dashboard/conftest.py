"""Parts of the screens, some of them run by AppTest."""

from tests.factories.components import look_for_components_once

look_for_components_once()
