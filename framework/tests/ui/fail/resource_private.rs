//! A private resource that a domain elsewhere lists.

use samara::prelude::*;

mod books {
    use samara::prelude::*;

    #[resource(table = "books")]
    struct Book {
        #[id]
        pub id: Uuid,
    }

    #[actions]
    impl Book {
        #[read(primary)]
        fn list();
    }

    #[policies]
    impl Book {
        #[policy(always)]
        fn everybody() -> bool {
            true
        }
    }
}

use books::Book;

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
