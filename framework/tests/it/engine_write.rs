//! Writes: all field errors at once, nothing written on failure, policies of the old and the new row.
