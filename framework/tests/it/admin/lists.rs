//! What a list's address can ask for, and what it cannot.

use samara::record::Input;
use samara::value::Value;

use super::served::{Answered, activities, on_both, world};

#[tokio::test]
async fn rows_with_and_without_a_value_can_be_told_apart_whatever_its_type() {
    on_both(async |served, client| {
        world(&client, "Harbour", "harbour").await;
        let bounded = [("name", "Inn"), ("slug", "inn"), ("visibility", "PUBLIC"), ("capacity", "12")];
        assert_eq!(client.post("/admin/worlds/new", &bounded).await.status, 303);
        let names = async |query: &str| client.get(&format!("/admin/worlds?{query}")).await.first_cells();
        assert_eq!(names("capacity.is=none").await, ["Harbour"]);
        assert_eq!(names("capacity.is=some").await, ["Inn"]);
        assert_eq!(names("capacity.is=some&capacity.from=13").await, [""; 0]);
        assert_eq!(names("capacity.from=12&capacity.to=12").await, ["Inn"]);
        let wrong = client.get("/admin/worlds?capacity.is=perhaps").await;
        assert_eq!(wrong.status, 400);
        assert!(wrong.html.contains("href=\"#filter-capacity-is\"") && wrong.html.contains("filter-capacity-is-error"));

        let user = served.user("Mara Lind", "MEMBER").await;
        activities(&served, user, 2).await;
        assert_eq!(client.get("/admin/activities?world_id=none").await.rows(), 2);
        assert_eq!(client.get("/admin/activities?world_id=some").await.rows(), 0);
        let session = client.get("/admin/sessions?revoked_at.is=none").await;
        assert_eq!(session.rows(), 1);
        assert_eq!(client.get("/admin/sessions?revoked_at.is=some").await.rows(), 0);
        // A text may well be “none”: whether there is one is asked apart from what it says.
        assert_eq!(client.get("/admin/sessions?agent=none").await.rows(), 0);
        assert_eq!(client.get("/admin/sessions?agent.is=some").await.rows(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_does_not_know_is_an_error_and_shows_nothing() {
    on_both(async |_, client| {
        world(&client, "Harbour", "harbour").await;
        for (query, said) in [
            ("colour=red", "There is no filter “colour”."),
            ("sort=colour", "The list cannot be ordered by “colour”."),
            ("sort=-owner", "The list cannot be ordered by “owner”."),
            ("sort=updated_at", "The list cannot be ordered by “updated_at”."),
            ("name.from=a", "There is no filter “name.from”."),
            ("name=Harbour&name=Inn", "Name: is given more than once"),
            ("name=&name=Harbour&name=Harbour", "Name: is given more than once"),
            ("sort=name&sort=-name", "“sort” is given more than once."),
            ("after=a&before=b", "A page stands after a row or before one, not both."),
            ("rows=0", "A page has from 1 to 250 rows."),
            ("rows=-5", "A page has from 1 to 250 rows."),
            ("rows=1000000000000", "A page has from 1 to 250 rows."),
            // The databases would not agree on the order of such times.
            ("inserted_at.from=%2B99999-01-01", "must lie in the years 0 to 9999"),
            ("owner_id=7%27--", ""),
            ("%3Cscript%3E=1", "There is no filter “&lt;script&gt;”."),
        ] {
            let page = client.get(&format!("/admin/worlds?{query}")).await;
            // Nobody is called 7'--: a text where a row is asked for is searched for in its label.
            assert_eq!((page.status, page.rows()), (if said.is_empty() { 200 } else { 400 }, 0), "{query}");
            assert!(page.html.contains(said), "{query}: {}", page.text());
        }
        let page = client.get("/admin/worlds?name=&sort=&rows=&after=").await;
        assert_eq!((page.status, page.rows()), (200, 1));
    })
    .await;
}

#[tokio::test]
async fn a_page_has_as_many_rows_as_are_asked_for() {
    on_both(async |served, client| {
        let user = served.user("Mara Lind", "MEMBER").await;
        activities(&served, user, 60).await;
        let few = client.get("/admin/activities?rows=25&sort=occurred_at").await;
        assert_eq!(few.rows(), 25);
        assert!(few.text().contains("1–25 of 60"));
        // Its links keep the number, and the others are offered.
        assert!(few.html.contains("sort=occurred_at&amp;rows=25&amp;after="));
        assert!(few.html.contains("hx-get=\"/admin/activities?sort=occurred_at\"") && few.html.contains("rows=100"));
        assert_eq!(client.get("/admin/activities?rows=100").await.rows(), 60);
    })
    .await;
}

/// The addresses of the pages before and after.
fn turns(page: &Answered) -> [Option<String>; 2] {
    ["previous", "next"].map(|id| {
        let link = page.html.split("<a ").find(|it| it.contains(&format!("id=\"{id}\"")))?;
        let address = link.split("hx-get=\"").nth(1)?.split('"').next()?;
        assert!(link.contains(&format!("href=\"{address}#rows\"")), "{link}");
        Some(address.replace("&amp;", "&"))
    })
}

#[tokio::test]
async fn a_page_says_which_of_the_rows_it_shows() {
    on_both(async |served, client| {
        let user = served.user("Mara Lind", "MEMBER").await;
        activities(&served, user, 60).await;
        for sort in ["", "&sort=occurred_at", "&sort=-kind"] {
            let mut page = client.get(&format!("/admin/activities?rows=25{sort}")).await;
            for (place, rows) in [("1–25 of 60", 25), ("26–50 of 60", 25), ("51–60 of 60", 10)] {
                assert!(page.text().contains(place), "{place}: {}", page.text());
                assert_eq!(page.rows(), rows);
                let [_, Some(next)] = turns(&page) else { break };
                page = client.get(&next).await;
            }
            for place in ["26–50 of 60", "1–25 of 60"] {
                let [Some(previous), _] = turns(&page) else { panic!("no way back from {place}") };
                page = client.get(&previous).await;
                assert!(page.text().contains(place), "{place}: {}", page.text());
            }
            assert_eq!(turns(&page)[0], None);
        }
        // A filter counts what it lets through, and a page of one row has one place.
        let page = client.get("/admin/activities?kind=BUILD&rows=29").await;
        assert!(page.text().contains("1–29 of 30"), "{}", page.text());
        let last = client.get(&turns(&page)[1].clone().unwrap()).await;
        assert!(last.text().contains(" 30 of 30"), "{}", last.text());
        assert!(client.get("/admin/activities?rows=100").await.text().contains("60 shown"));
    })
    .await;
}

#[tokio::test]
async fn only_a_request_in_place_adds_a_step_to_the_browsers_history() {
    on_both(async |_, client| {
        world(&client, "Harbour", "harbour").await;
        let asked = "/admin/worlds?name=har&slug=&sort=-name";
        let canonical = Some("/admin/worlds?name=har&sort=-name".to_owned());
        assert_eq!(client.get_in_place(asked, None).await.pushed, canonical);
        assert_eq!(client.get(asked).await.pushed, None);
        assert_eq!(client.get_in_place(asked, Some("HX-History-Restore-Request")).await.pushed, None);
        // What is wrong is marked where it stands; whoever types keeps the focus.
        let wrong = "/admin/worlds?capacity.from=many";
        let (opened, in_place) = (client.get(wrong).await, client.get_in_place(wrong, None).await);
        assert_eq!((opened.status, in_place.status), (400, 400));
        assert!(opened.html.contains("autofocus") && !in_place.html.contains("autofocus"));
        assert!(in_place.html.contains("id=\"filter-capacity-from-error\""));
    })
    .await;
}

#[tokio::test]
async fn times_say_their_zone_and_a_bound_takes_in_the_whole_of_what_is_shown() {
    on_both(async |served, client| {
        let user = served.user("Mara Lind", "MEMBER").await;
        let cx = served.engine.system("seeds").acting_as(user).await.unwrap();
        let occurred_at = Value::Timestamp("2026-11-22T13:05:07.654321Z".parse().unwrap());
        let input = Input::new().with("kind", Value::Text("BUILD".into())).with("occurred_at", occurred_at);
        cx.create(served.engine.app().find("Activity").unwrap(), "record", input).await.unwrap();
        let exact = "2026-11-22T13:05:07.654321Z";
        let list = client.get("/admin/activities").await;
        assert!(list.text().contains("22 Nov 2026, 13:05 UTC"), "{}", list.text());
        assert!(list.html.contains(&format!("datetime=\"{exact}\" title=\"{exact}\"")));
        let row = list.ids().into_iter().find(|it| *it != user).unwrap();
        assert!(client.get(&format!("/admin/activities/{row}")).await.text().contains("22 Nov 2026, 13:05:07 UTC"));
        for (bound, rows) in [
            ("2026-11-22", 1),
            ("2026-11-22T13:05", 1),
            ("2026-11-22T13:05Z", 1),
            ("2026-11-22T14:05%2B01:00", 1),
            ("2026-11-22T13:05:07", 1),
            ("2026-11-22T13:05:07.654", 1),
            (exact, 1),
            ("2026-11-22T13:05:07.653", 0),
            ("2026-11-22T13:05:06", 0),
            ("2026-11-22T13:04", 0),
            ("2026-11-21", 0),
        ] {
            let page = client.get(&format!("/admin/activities?occurred_at.to={bound}")).await;
            assert_eq!((page.status, page.rows()), (200, rows), "{bound}");
            assert_eq!(client.get(&format!("/admin/activities?occurred_at.from={bound}")).await.status, 200, "{bound}");
        }
        let chip = client.get("/admin/activities?occurred_at.to=2026-11-22").await;
        assert!(chip.text().contains("Occurred at to 2026-11-22 UTC , remove"), "{}", chip.text());
    })
    .await;
}

#[tokio::test]
async fn rows_are_found_by_the_label_of_the_row_they_point_at() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let bo = served.user("Bo Builder", "BUILDER").await;
        activities(&served, mara, 3).await;
        activities(&served, bo, 2).await;
        assert_eq!(client.get("/admin/activities?user_id=lind").await.rows(), 3);
        assert_eq!(client.get("/admin/activities?user_id=bo.builder@").await.rows(), 2);
        assert_eq!(client.get(&format!("/admin/activities?user_id={bo}&kind=BUILD")).await.rows(), 1);
    })
    .await;
}

#[tokio::test]
async fn filters_in_use_are_named_and_each_can_be_taken_away() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        activities(&served, mara, 3).await;
        let filtered = format!("/admin/activities?user_id={mara}&kind=BUILD&world_id=none&sort=-occurred_at");
        let page = client.get(&filtered).await;
        let text = page.text();
        for chip in ["User Mara Lind (mara.lind@example.org)", "Kind Build", "World none"] {
            assert!(text.contains(&format!("{chip} , remove this filter")), "{chip}: {text}");
        }
        let without_kind = format!("/admin/activities?user_id={mara}&amp;world_id=none&amp;sort=-occurred_at");
        assert!(page.html.contains(&format!("class=\"chip\" href=\"{without_kind}\"")));
        assert!(page.html.contains("class=\"clear\" href=\"/admin/activities?sort=-occurred_at\""));
        let nothing = client.get("/admin/activities?kind=SCRIPT").await;
        assert!(
            nothing.text().contains("Nothing matches these filters.") && nothing.text().contains("Clear the filters")
        );
        assert!(client.get("/admin/worlds").await.text().contains("There is nothing here yet."));
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_is_shown_as_text_however_it_looks() {
    on_both(async |served, client| {
        let name = "<script>alert(1)</script>\"'&";
        let id = served.user("Eve", "MEMBER").await;
        served.update("User", "update", id, Input::new().with("display_name", Value::Text(name.into()))).await;
        for path in ["/admin/users".to_owned(), format!("/admin/users/{id}"), format!("/admin/users/{id}/edit")] {
            let page = client.get(&path).await;
            assert!(!page.html.contains("<script>alert") && page.html.contains("&lt;script&gt;alert(1)"), "{path}");
        }
        let page = client.get("/admin/users?display_name=%22%3E%3Cscript%3E").await;
        assert!(!page.html.contains("\"><script>"));
    })
    .await;
}

#[tokio::test]
async fn a_form_leads_back_to_the_admins_own_pages_alone() {
    on_both(async |_, client| {
        let world = world(&client, "Harbour", "harbour").await;
        let row = format!("/admin/worlds/{world}");
        let list = format!("/admin/worlds?name={}&sort=-name&after={}", "x".repeat(1_000), "A".repeat(512));
        for (wanted, gone_to) in [
            ("/admin", "/admin"),
            (&list, &list),
            ("/admin/worlds?name=a%26b+c#rows", "/admin/worlds?name=a%26b+c"),
            ("/me/../admin/./worlds", "/admin/worlds"),
            ("/admin/../..//evil.example", &row),
            ("/admin/..//evil.example", &row),
            ("/admin/%2e%2E//evil.example", &row),
            ("//evil.example/admin", &row),
            ("/\\evil.example/admin", &row),
            ("/admin\\..\\..\\/evil.example", &row),
            ("/%2f/evil.example", &row),
            ("/\u{ff0f}evil.example", &row),
            ("/admin/../me", &row),
            ("/administrators", &row),
            ("https://evil.example/admin", &row),
            ("/admin\r\nSet-Cookie: a=b", &row),
            ("/admin/\0", &row),
            (&format!("/admin?{}", "x".repeat(5_000)), &row),
            ("", &row),
        ] {
            let fields = [("name", "Harbour"), ("visibility", "PUBLIC"), ("_return_to", wanted)];
            let saved = client.post(&format!("{row}/edit"), &fields).await;
            assert_eq!((saved.status, saved.location.as_deref()), (303, Some(gone_to)), "{wanted:?}");
        }
    })
    .await;
}

/// By the cursors that stand in the addresses of its pages.
#[tokio::test]
async fn the_pages_of_a_list_meet_whatever_orders_it() {
    on_both(async |_, client| {
        for index in 0..5 {
            world(&client, &format!("Harbour {}", index % 3), &format!("harbour-{index}")).await;
        }
        let worlds = |page: &Answered| -> Vec<String> {
            let links =
                page.html.split("href=\"/admin/worlds/").skip(1).map(|it| it.split('"').next().unwrap().to_owned());
            links.filter(|it| it.len() == 36).collect()
        };
        for sort in ["name", "-name", "slug", "visibility", "capacity", "-capacity", "member_count"] {
            let all = worlds(&client.get(&format!("/admin/worlds?sort={sort}")).await);
            assert_eq!(all.len(), 5, "{all:?}");
            let (mut forwards, mut address) = (Vec::new(), format!("/admin/worlds?sort={sort}&rows=2"));
            let last = loop {
                let page = client.get(&address).await;
                assert_eq!(page.status, 200, "{address}");
                forwards.extend(worlds(&page));
                match page.link("next") {
                    Some(next) => address = next,
                    None => break page,
                }
            };
            assert_eq!(forwards, all, "{sort}");
            let (mut backwards, mut page) = (worlds(&last), last);
            while let Some(previous) = page.link("previous") {
                page = client.get(&previous).await;
                backwards.splice(0..0, worlds(&page));
            }
            assert_eq!(backwards, all, "{sort}");
        }
        for cursor in ["eyJmIjoiIiwiayI6WzEsMl19", "AQ", &"A".repeat(512)] {
            for bound in ["after", "before"] {
                let status = client.get(&format!("/admin/worlds?{bound}={cursor}")).await.status;
                assert_eq!(status, 400, "{bound} {cursor}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_text_from_outside_is_a_fault_of_ours() {
    on_both(async |_, client| {
        let world = world(&client, "Harbour", "harbour").await;
        let long = "x".repeat(5_000);
        for text in ["%00", "a%00b", "%F0%9F%8C%B1", "%ff%fe", "\u{feff}", "%5C%25_%27%22", &long] {
            for path in [
                format!("/admin/worlds?name={text}"),
                format!("/admin/worlds?owner_id={text}"),
                format!("/admin/worlds?capacity.from={text}&id={text}"),
                format!("/admin/worlds?sort={text}&rows={text}&after={text}"),
                format!("/admin/memberships/new?user_id.search={text}&user_id={text}"),
                format!("/admin/worlds/{world}?done={text}"),
            ] {
                let status = client.get(&path).await.status;
                assert!([200, 400].contains(&status), "{path}: {status}");
            }
        }
        for text in ["\0", "a\0b", &"x".repeat(200_000)] {
            let fields = [("name", text), ("slug", "other"), ("visibility", "PUBLIC"), ("capacity", text)];
            let status = client.post("/admin/worlds/new", &fields).await.status;
            assert!([413, 422].contains(&status), "{status}");
            let fields = [("name", text), ("visibility", text), ("_stamps", text), ("_return_to", text)];
            let status = client.post(&format!("/admin/worlds/{world}/edit"), &fields).await.status;
            assert!([413, 422].contains(&status), "{status}");
        }
        assert_eq!(client.get("/admin/worlds").await.first_cells(), ["Harbour"]);
    })
    .await;
}
