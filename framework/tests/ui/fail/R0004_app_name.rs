//! A name that is no line of text.

samara::app!(pub Lines, domains = [], name = "two\nlines");
samara::app!(pub Blank, domains = [], name = " ");
samara::app!(pub Number, domains = [], name = 7);

fn main() {}
