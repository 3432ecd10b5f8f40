//! A record that did not come from the database.

mod books {
    use samara::prelude::*;

    #[resource(table = "books")]
    pub struct Book {
        #[id]
        pub id: Uuid,
        #[attribute(public)]
        pub title: String,
    }

    #[policies]
    impl Book {
        #[policy(always)]
        fn everybody() -> bool {
            true
        }
    }

    #[domain(resources = [Book])]
    pub struct Library;
}

use books::Book;

pub fn example(book: Book) -> Book {
    Book { title: "forged".into(), ..book }
}

fn main() {}
