//! Expressions over a declaration's rows: typed handles that build them, evaluation, partial evaluation, printing.
