"""The shell of the screens: sign-in, navigation, theme, components, and the writes that pages do through the API."""
