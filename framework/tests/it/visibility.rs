//! Resources that are not public: all that macros make of one is as visible as the resource, and no more.

#![deny(private_interfaces, private_bounds, unreachable_pub, dead_code)]

use samara::prelude::*;
use samara::testing::on_both;

mod shop {
    use samara::call;
    use samara::prelude::*;

    #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Kind {
        Fruit,
        Bread,
    }

    /// Seen in the module around this one.
    #[resource(table = "goods", identity(name_and_kind = [name, kind]), actions = [pricing], entity)]
    pub(super) struct Good {
        #[id]
        pub id: Uuid,
        #[attribute(public)]
        pub name: String,
        #[attribute(public)]
        pub kind: Kind,
        #[attribute(public)]
        pub price: Option<i64>,
        #[belongs_to(public, on_delete = cascade)]
        pub shelf: BelongsTo<Shelf>,
    }

    #[actions]
    impl Good {
        #[read(primary, sort = [name])]
        fn list();

        #[read(filter(|it, kind| it.kind == kind))]
        fn of_kind(kind: Kind);

        #[create(accept = [name, kind, shelf])]
        fn offer();

        #[update(accept = [name], required = [name])]
        fn rename();

        #[destroy]
        fn withdraw();

        #[action(query)]
        async fn cheapest(cx: &Context, kind: Kind) -> Result<Option<i64>> {
            let price = Good::of_kind().kind(kind).select(|it| it.price).sort(|it| it.price);
            Ok(price.first(cx).await?.flatten())
        }
    }

    #[actions(pricing)]
    impl Good {
        #[update(accept = [price], required = [price], before = whole)]
        fn price();
    }

    fn whole(changes: &mut Changes<Good>, _: &Context) -> Result<()> {
        if changes.get(Good::PRICE).flatten().is_some_and(|it| it < 0) {
            changes.invalid(Good::PRICE, "it is below nothing");
        }
        Ok(())
    }

    #[policies]
    impl Good {
        #[policy(actions = [list, of_kind, offer, rename, withdraw, cheapest, price], anyone)]
        fn everybody() -> bool {
            true
        }
    }

    #[calculations]
    impl Good {
        #[calculation(public)]
        fn is_free(good: Row<Good>) -> bool {
            good.price.is_none()
        }
    }

    /// Seen in the whole crate.
    #[resource(table = "shelves", entity)]
    pub(crate) struct Shelf {
        #[id]
        pub id: Uuid,
        #[attribute(public, unique)]
        pub number: i64,
    }

    #[actions]
    impl Shelf {
        #[read(primary)]
        fn list();

        #[create(accept = [number])]
        fn mount();

        #[update(accept = [number])]
        fn renumber();
    }

    #[policies]
    impl Shelf {
        #[policy(always, anyone)]
        fn everybody() -> bool {
            true
        }
    }

    /// Seen here alone.
    #[resource(table = "labels")]
    struct Label {
        #[id]
        pub id: Uuid,
        #[attribute(public)]
        pub text: String,
        #[belongs_to(public, on_delete = cascade)]
        pub good: BelongsTo<Good>,
    }

    #[actions]
    impl Label {
        #[create(accept = [text, good])]
        fn print();
    }

    #[policies]
    impl Label {
        #[policy(always, anyone)]
        fn everybody() -> bool {
            true
        }
    }

    /// Labels of that text.
    pub(super) async fn label(cx: &Context, good: Uuid, texts: [&str; 2]) -> Result<Vec<Uuid>> {
        let labels = call::create_many(texts.map(|it| Label::print().text(it).good(good))).run(cx).await?;
        Ok(labels.into_iter().map(|it| it.good_id).collect())
    }

    #[domain(resources = [Good, Shelf, Label])]
    #[allow(dead_code, reason = "it only places its resources")]
    pub(super) struct Shop;
}

use shop::{Good, Kind, Shelf, Shop};

samara::app!(App, domains = [Shop]);

#[tokio::test]
async fn what_is_not_public_is_called_where_it_is_seen() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let shelf = Shelf::mount().number(1).run(&cx).await.unwrap();
        let shelf = Shelf::renumber(shelf.id).number(2).run(&cx).await.unwrap();
        let pear = Good::offer().name("pear").kind(Kind::Fruit).shelf(shelf.id).run(&cx).await.unwrap();
        let loaf = Good::offer().name("loaf").kind(Kind::Bread).shelf(shelf.id).run(&cx).await.unwrap();
        assert_eq!(shop::label(&cx, pear.id, ["fresh", "green"]).await.unwrap(), [pear.id; 2]);
        Good::rename(pear.id).name("green pear").run(&cx).await.unwrap();
        Good::price(pear.id).price(3).run(&cx).await.unwrap();
        assert_eq!(Good::price(pear.id).price(-3).run(&cx).await.unwrap_err().code(), Code::Invalid);
        assert_eq!(Good::cheapest().kind(Kind::Fruit).run(&cx).await.unwrap(), Some(3));

        let read = Good::query().select(|it| (it.name, it.is_free(), it.shelf().select(|it| it.number)));
        let goods = read.all(&cx).await.unwrap();
        assert_eq!(goods, [("green pear".to_owned(), false, Some(2)), ("loaf".to_owned(), true, Some(2))]);
        assert_eq!(Good::withdraw(loaf.id).run(&cx).await.unwrap().name, "loaf");
    })
    .await;
}
