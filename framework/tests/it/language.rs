//! What a declaration can say of a write: validations and changes of an action, of a block of actions and of a whole resource, where they
//! are asked, and what their messages tell; and the functions that expressions have for it.

mod catalogue;

use catalogue::{Album, App, Person, Progress, Review, Stage, Track};
use chrono::{DateTime, TimeZone as _, Utc};
use samara::call;
use samara::context::Context;
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::{CiString, DateTimeUtc, Uuid, expr};
use samara::testing::on_both;
use serde_json::{Value as Js, json};

/// A chief and a guest, in the middle of 2026.
struct Shop {
    engine: Engine,
    chief: Context,
    guest: Context,
}

impl Shop {
    async fn new(engine: Engine) -> Self {
        let system = engine.system("tests");
        let person = async |email: &str, chief: bool| {
            let id = Person::register().email(CiString::new(email)).chief(chief).run(&system).await.unwrap().id;
            let cx = system.acting_as(id).await.unwrap();
            cx.with_now(Utc.with_ymd_and_hms(2026, 7, 1, 12, 0, 0).unwrap())
        };
        let (chief, guest) = (person("ada@example.org", true).await, person("bo@example.org", false).await);
        Self { engine, chief, guest }
    }

    async fn album(&self, title: &str) -> Uuid {
        Album::add().title(title).run(&self.guest).await.unwrap().id
    }

    async fn stored(&self, id: Uuid) -> Album {
        Album::get(id).run(&self.engine.system("tests")).await.unwrap().unwrap()
    }

    async fn ask(&self, operation: &str) -> Js {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let response = api.execute(&self.guest, Request::new(operation)).await;
        serde_json::from_slice(&response.body).unwrap()
    }
}

async fn in_shop(check: impl AsyncFn(Shop)) {
    on_both(&App::application(), async |engine| check(Shop::new(engine).await).await).await;
}

/// Fields and messages of all problems.
fn told(error: &Error) -> Vec<(String, String)> {
    error.problems().iter().map(|it| (it.fields.join(","), it.message.clone())).collect()
}

fn told_as(problems: &[(&str, &str)]) -> Vec<(String, String)> {
    problems.iter().map(|(field, message)| ((*field).to_owned(), (*message).to_owned())).collect()
}

mod what_holds_of_a_resource {
    use super::*;

    #[tokio::test]
    async fn holds_of_every_create_and_update() {
        in_shop(async |shop| {
            let refused = Album::add().title("Late").year(2028).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("year", "is not out by 2027")]));
            let next_year = Album::add().title("Soon").year(2027).run(&shop.guest).await.unwrap();
            let refused = Album::edit(next_year.id).year(3000).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("year", "is not out by 2027")]));
            assert_eq!(shop.stored(next_year.id).await.year, 2027);
        })
        .await;
    }

    #[tokio::test]
    async fn is_told_with_its_path_and_together_with_what_else_is_wrong() {
        in_shop(async |shop| {
            let answer = shop
                .ask(
                    "mutation { addAlbum(input: { title: \" \", year: 3000, stage: RELEASED }) {
                        errors { code path fields message } } }",
                )
                .await;
            let problem = |field: &str, message: &str| {
                json!({ "code": "INVALID", "path": ["input", field], "fields": [field], "message": message })
            };
            let errors = &answer["data"]["addAlbum"]["errors"];
            let title = "must not be empty";
            assert_eq!(
                *errors,
                json!([
                    problem("title", errors[0]["message"].as_str().unwrap_or(title)),
                    problem("year", "is not out by 2027"),
                    problem("price", "is RELEASED and has no price {yet}"),
                ])
            );
        })
        .await;
    }
}

mod a_condition_that_is_asked_only_where_another_holds {
    use super::*;

    #[tokio::test]
    async fn is_met_everywhere_else() {
        in_shop(async |shop| {
            let id = shop.album("Draft").await;
            let refused = Album::edit(id).stage(Stage::Announced).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("price", "is ANNOUNCED and has no price {yet}")]));
            let row = Album::edit(id).stage(Stage::Announced).price(5).run(&shop.guest).await.unwrap();
            assert_eq!((row.stage, row.price), (Stage::Announced, Some(5)));
        })
        .await;
    }

    #[tokio::test]
    async fn is_met_where_that_is_unknown() {
        in_shop(async |shop| {
            let unsold = Album::add().title("Free").price(0).run(&shop.guest).await.unwrap();
            assert_eq!(unsold.sold, None);
            let refused = Album::edit(unsold.id).sold(3).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("price", "is 0")]));
            let refused = Album::add().title("Gift").sold(1).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("price", "is nothing")]));
        })
        .await;
    }
}

mod a_message {
    use super::*;

    #[tokio::test]
    async fn tells_arguments_attributes_and_what_is_made_of_them() {
        in_shop(async |shop| {
            let id = shop.album("Dear").await;
            let refused = Album::offer(id).price(12).most(10).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("price", "costs 12, which is 2 more than 10")]));
            let refused = Album::offer(id).price(i64::MAX).most(-1).run(&shop.guest).await.unwrap_err();
            let message = format!("costs {}, which is a number that is out of range more than -1", i64::MAX);
            assert_eq!(told(&refused), told_as(&[("price", &message)]));
        })
        .await;
    }

    #[tokio::test]
    async fn of_a_row_as_it_was_tells_what_is_stored_and_to_nobody_who_may_not_write_it() {
        in_shop(async |shop| {
            let (one, two) = (shop.album("One").await, shop.album("Two").await);
            for id in [one, two] {
                Album::turn_key(id).run(&shop.chief).await.unwrap();
            }
            let refused = Album::edit(one).year(1999).run(&shop.chief).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("locked", "One of 2000 is locked")]));
            let refused = Album::remove(two).run(&shop.chief).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("locked", "Two of 2000 is locked")]));
            let refused = Album::edit(one).year(1999).run(&shop.guest).await.unwrap_err();
            assert_eq!((refused.code(), refused.to_string().contains("One")), (Code::Forbidden, false));
            let passed = Album::query().filter(expr!(|it| it.year == 2000)).update(Album::edit, |it| it.year(1990));
            assert_eq!(passed.run(&shop.chief).await.unwrap().len(), 0);
        })
        .await;
    }
}

mod what_a_block_says {
    use super::*;

    #[tokio::test]
    async fn is_part_of_each_of_its_actions_and_of_no_other() {
        in_shop(async |shop| {
            let added = Album::add().title("Blue").run(&shop.guest).await.unwrap();
            assert_eq!((added.revision, added.slug.as_deref(), added.locked), (1, Some("blue"), false));
            let edited = Album::edit(added.id).title("Red").run(&shop.guest).await.unwrap();
            assert_eq!((edited.revision, edited.slug.as_deref()), (2, Some("blue")));
            let locked = Album::add_locked().title("Black").run(&shop.chief).await.unwrap();
            assert_eq!((locked.revision, locked.slug.as_deref(), locked.locked), (0, Some("rung by add_locked"), true));
            let turned = Album::turn_key(locked.id).run(&shop.chief).await.unwrap();
            assert_eq!((turned.slug.as_deref(), turned.locked), (Some("rung by turn_key"), false));
            let refused = Album::edit(added.id).title(" Red").run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("title", "is no title: \" Red\"")]));
        })
        .await;
    }
}

mod a_change_that_is_made_only_where_a_condition_holds {
    use super::*;

    #[tokio::test]
    async fn leaves_the_input_and_the_stored_value_elsewhere() {
        in_shop(async |shop| {
            let given = Album::add().title("Green").slug("given").run(&shop.guest).await.unwrap();
            assert_eq!(given.slug.as_deref(), Some("given"));
            let offered = Album::offer(given.id).price(1).most(9).run(&shop.guest).await.unwrap();
            assert_eq!(offered.released_at, None);
            let offered = Album::offer(given.id).price(1).most(101).run(&shop.guest).await.unwrap();
            assert_eq!(offered.released_at, Some(shop.guest.now()));
            let offered = Album::offer(given.id).price(1).most(9).run(&shop.guest).await.unwrap();
            assert_eq!(offered.released_at, Some(shop.guest.now()));
        })
        .await;
    }

    #[tokio::test]
    async fn may_ask_other_rows() {
        in_shop(async |shop| {
            let draft = shop.album("Draft").await;
            let released = Album::add().title("Out").price(1).stage(Stage::Released).run(&shop.guest).await.unwrap().id;
            let track = async |album: Uuid, title: Option<&str>| {
                let create = Track::record().album(album).album_title(title.map(str::to_owned));
                create.run(&shop.guest).await.unwrap().album_title
            };
            assert_eq!(track(draft, Some("own")).await.as_deref(), Some("Draft"));
            assert_eq!(track(released, Some("own")).await.as_deref(), Some("own"));
            assert_eq!(track(released, None).await, None);
        })
        .await;
    }

    #[tokio::test]
    async fn is_made_row_by_row_of_many_in_one_statement() {
        in_shop(async |shop| {
            let bare = Album::add_locked().title("Bare").run(&shop.chief).await.unwrap().id;
            let full = shop.album("Full").await;
            let update = Album::query().filter(expr!(|it| it.year == 2000)).update(Album::turn_key, |it| it);
            assert_eq!(update.run(&shop.chief).await.unwrap().len(), 2);
            assert_eq!((shop.stored(bare).await.locked, shop.stored(full).await.locked), (false, true));
        })
        .await;
    }
}

mod a_time {
    use super::*;

    fn at(text: &str) -> DateTimeUtc {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[tokio::test]
    async fn has_the_same_parts_and_beginnings_in_memory_and_on_both_databases() {
        in_shop(async |shop| {
            let album = shop.album("Clock").await;
            // The parts as `numbers` and `days` put them together.
            let times = [
                ("0000-01-01T00:00:00Z", 1_010_000, 16),
                ("0000-03-01T23:59:59.999999Z", 3_012_359, 590_613),
                ("1969-12-31T23:59:59.5Z", 196_912_312_359, 593_653),
                ("2000-02-29T07:08:09Z", 200_002_290_708, 90_602),
                ("2026-11-30T20:04:00Z", 202_611_302_004, 3_341),
                ("2021-01-03T00:30:00.000001Z", 202_101_030_030, 37),
                ("9999-12-31T23:59:59.999999Z", 999_912_312_359, 593_655),
            ];
            for (time, numbers, days) in times {
                let track = Track::record().album(album).recorded_at(at(time)).run(&shop.guest).await.unwrap();
                let read = Track::get(track.id).select(|it| {
                    let began = (it.year_began(), it.month_began(), it.day_began(), it.hour_began());
                    (it.numbers(), it.days(), began.0, began.1, began.2, began.3)
                });
                let (got, other, year, month, day, hour) = read.run(&shop.guest).await.unwrap().unwrap();
                assert_eq!((got, other), (Some(numbers), Some(days)), "{time}");
                let began = |kept: usize, rest: &str| Some(at(&format!("{}{rest}", &time[..kept])));
                assert_eq!(year, began(4, "-01-01T00:00:00Z"), "{time}");
                assert_eq!(month, began(7, "-01T00:00:00Z"), "{time}");
                assert_eq!(day, began(10, "T00:00:00Z"), "{time}");
                assert_eq!(hour, began(13, ":00:00Z"), "{time}");
            }
            let without = Track::record().album(album).run(&shop.guest).await.unwrap();
            let read = Track::get(without.id).select(|it| (it.numbers(), it.days(), it.year_began()));
            assert_eq!(read.run(&shop.guest).await.unwrap(), Some((None, None, None)));
        })
        .await;
    }
}

mod a_text {
    use super::*;

    #[tokio::test]
    async fn is_trimmed_of_all_white_space_and_measured_in_bytes() {
        in_shop(async |shop| {
            let album = shop.album("White").await;
            let white: String = (0..=0x3000).filter_map(char::from_u32).filter(|it| it.is_whitespace()).collect();
            let name = format!("{white}\u{200b}ä b{white}");
            let track = Track::record().album(album).name(name.as_str()).run(&shop.guest).await.unwrap();
            let read = Track::get(track.id).select(|it| (it.tidy(), it.bytes()));
            let length = white.chars().count() + 4;
            let bytes = name.len() * 100 + length * 10 + length;
            let (tidy, measured) = read.run(&shop.guest).await.unwrap().unwrap();
            assert_eq!((tidy.as_str(), measured), ("\u{200b}ä b", i64::try_from(bytes).unwrap()));
        })
        .await;
    }
}

mod a_state {
    use super::*;

    async fn review(shop: &Shop) -> Uuid {
        let album = shop.album("Read").await;
        Review::write().text("good").album(album).run(&shop.guest).await.unwrap().id
    }

    #[tokio::test]
    async fn moves_by_its_transitions_and_says_which_there_are() {
        in_shop(async |shop| {
            let id = review(&shop).await;
            let refused = Review::reject(id).run(&shop.guest).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("progress", "was not sent")]));
            let sent = Review::send(id).run(&shop.guest).await.unwrap();
            assert_eq!(sent.progress, Progress::Sent);
            let refused = Review::send(id).run(&shop.guest).await.unwrap_err();
            let message = "is SENT, and only what is DRAFT or REJECTED becomes SENT";
            assert_eq!((refused.code(), told(&refused)), (Code::Invalid, told_as(&[("progress", message)])));
            let rejected = Review::reject(id).remark("dull").run(&shop.guest).await.unwrap();
            assert_eq!((rejected.progress, rejected.remark.as_deref()), (Progress::Rejected, Some("dull")));
            Review::send(id).run(&shop.guest).await.unwrap();
            assert_eq!(Review::print(id).run(&shop.chief).await.unwrap().progress, Progress::Printed);
        })
        .await;
    }

    #[tokio::test]
    async fn moves_beside_the_functions_of_its_action_and_block() {
        in_shop(async |shop| {
            let id = review(&shop).await;
            Review::send(id).run(&shop.guest).await.unwrap();
            let back = Review::hand_back(id).run(&shop.guest).await.unwrap();
            assert_eq!((back.progress, back.text.as_str()), (Progress::Rejected, "very good"));
            assert_eq!(back.remark.as_deref(), Some("handed back"));
        })
        .await;
    }

    #[tokio::test]
    async fn is_told_to_nobody_who_may_not_move_it_and_shows_which_moves_there_are() {
        in_shop(async |shop| {
            let id = review(&shop).await;
            let refused = Review::print(id).run(&shop.guest).await.unwrap_err();
            assert_eq!((refused.code(), refused.problems()[0].fields.len()), (Code::Forbidden, 0));
            let resource = shop.engine.app().find("Review").unwrap();
            let can = async |cx: &Context| cx.can_each(resource, &["send", "reject", "print"], &[id]).await.unwrap();
            assert_eq!(can(&shop.chief).await, [[true, false, false]]);
            Review::send(id).run(&shop.guest).await.unwrap();
            assert_eq!(can(&shop.chief).await, [[false, true, true]]);
            assert_eq!(can(&shop.guest).await, [[false, true, false]]);
        })
        .await;
    }

    #[tokio::test]
    async fn of_many_moves_where_it_can() {
        in_shop(async |shop| {
            let id = review(&shop).await;
            let album = Review::get(id).run(&shop.guest).await.unwrap().unwrap().album_id;
            let printed = Review::write().text("old").album(album).progress(Progress::Printed);
            printed.run(&shop.guest).await.unwrap();
            let moved = Review::query().update(Review::send, |it| it).run(&shop.guest).await.unwrap();
            assert_eq!(moved.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
        })
        .await;
    }

    #[tokio::test]
    async fn is_not_taken_of_a_new_row_by_an_upsert() {
        in_shop(async |shop| {
            let id = review(&shop).await;
            let stored = Review::get(id).run(&shop.guest).await.unwrap().unwrap();
            let create = Review::write().text("good").album(stored.album_id).progress(Progress::Printed).remark("new");
            call::upsert(create, Review::TEXT_OF_ALBUM, Review::edit).run(&shop.guest).await.unwrap();
            let stored = Review::get(id).run(&shop.guest).await.unwrap().unwrap();
            assert_eq!((stored.progress, stored.remark.as_deref()), (Progress::Draft, Some("new")));
        })
        .await;
    }
}

mod what_is_immutable {
    use super::*;

    #[tokio::test]
    async fn is_given_once_and_changed_by_no_upsert_and_no_function() {
        in_shop(async |shop| {
            let album = shop.album("Read").await;
            let write = |signed: &str| Review::write().text("good").album(album).signed(signed);
            let id = write("Bo").run(&shop.guest).await.unwrap().id;
            call::upsert(write("Cy").remark("new"), Review::TEXT_OF_ALBUM, Review::edit)
                .run(&shop.guest)
                .await
                .unwrap();
            let forged = Review::forge(id).run(&shop.guest).await.unwrap_err();
            assert_eq!(forged.code(), Code::Internal);
            let stored = Review::get(id).run(&shop.guest).await.unwrap().unwrap();
            assert_eq!((stored.signed.as_deref(), stored.remark.as_deref()), (Some("Bo"), Some("new")));
        })
        .await;
    }
}

mod what_surfaces_neither_filter_nor_sort_by {
    use super::*;

    #[test]
    fn is_shown_all_the_same() {
        let app = App::application().ir;
        let sdl = samara::graphql::sdl(&app).unwrap();
        let of = |head: &str| sdl.split_once(head).unwrap().1.split_once("\n}").unwrap().0.to_owned();
        assert!(of("type Review {").contains("remark: String"));
        assert!(of("input ReviewFilter {").contains("text:") && !of("input ReviewFilter {").contains("remark"));
        assert!(of("enum ReviewSortField {").contains("TEXT") && !of("enum ReviewSortField {").contains("REMARK"));
        let screens = samara::admin::describe(&app);
        let screen = screens["screens"].as_array().unwrap().iter().find(|it| it["resource"] == "Review").unwrap();
        let named = |list: &str, name: &str| {
            screen["list"][list].as_array().unwrap().iter().find(|it| it["name"] == name).cloned()
        };
        assert!(named("filters", "text").is_some() && named("filters", "remark").is_none(), "{screen}");
        assert_eq!(named("columns", "text").unwrap()["sortable"], json!(true));
        assert_eq!(named("columns", "remark").unwrap()["sortable"], json!(false));
    }
}

mod an_upsert {
    use super::*;

    #[tokio::test]
    async fn asks_what_its_update_requires_where_it_is_asked() {
        in_shop(async |shop| {
            let id = shop.album("Same").await;
            Album::turn_key(id).run(&shop.chief).await.unwrap();
            let upsert = || call::upsert(Album::add().title("Same").year(1980), Album::TITLE, Album::edit);
            let refused = upsert().run(&shop.chief).await.unwrap_err();
            assert_eq!(told(&refused), told_as(&[("locked", "Same of 2000 is locked")]));
            Album::turn_key(id).run(&shop.chief).await.unwrap();
            upsert().run(&shop.chief).await.unwrap();
            assert_eq!(shop.stored(id).await.year, 1980);
        })
        .await;
    }
}
