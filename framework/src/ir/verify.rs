//! Rules that need more than one resource, checked when the app starts.
