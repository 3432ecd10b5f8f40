//! `samara add` and `samara gen`: edits of sources that somebody wrote, and what they refuse. Nothing is built.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::command::{said, status};

/// A new workspace without a generator of its own, so that nothing is handed over.
struct Shop(tempfile::TempDir);

impl Shop {
    fn new() -> Self {
        Self::made(&[])
    }

    /// With these parts alone.
    fn with(parts: &str) -> Self {
        Self::made(&["--with", parts])
    }

    fn made(flags: &[&str]) -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        let mut samara = Command::new(env!("CARGO_BIN_EXE_samara"));
        status(&samara.args(["new", "shop"]).args(flags).current_dir(shop.0.path()).output().unwrap(), 0);
        shop.edit("Cargo.toml", "codegen = \"codegen\"\n", "");
        shop
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join("shop").join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{text}");
        fs::write(self.at(path), text.replacen(from, to, 1)).unwrap();
    }

    fn samara(&self, arguments: &str) -> Output {
        let mut samara = Command::new(env!("CARGO_BIN_EXE_samara"));
        samara.args(arguments.split_whitespace()).current_dir(self.at("app/src")).output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &str) -> String {
        let output = self.samara(arguments);
        status(&output, 0);
        said(&output)
    }

    #[track_caller]
    fn refused(&self, arguments: &str, code: &str, words: &str) {
        let output = self.samara(arguments);
        status(&output, 2);
        let said = said(&output);
        assert!(said.contains(&format!("error[{code}]")) && said.contains(words), "{said}");
    }
}

#[test]
fn members_are_added_where_they_belong_and_once() {
    let shop = Shop::new();
    let path = "app/src/blog/post.rs";
    shop.edit(path, "    /// Removes it.\n", "    // Not for everybody!\n    /// Removes it.\n");
    shop.done("add action Post update publish --yes");
    let text = shop.read(path);
    let action =
        "\n    /// Publish.\n    #[update(accept = [title, body, published])]\n    fn publish();\n}\n\n#[policies]";
    assert!(text.contains(action) && text.contains("// Not for everybody!"), "{text}");
    assert!(shop.done("add action Post update publish --yes").contains("nothing has changed"));
    shop.done("add action Post create draft --yes");
    assert!(shop.read(path).contains("#[create(accept = [title, body, published, author])]\n    fn draft();"));

    shop.done("gen resource Tag name:ci_string:unique post:belongs_to:Post posts:has_many:Post:tag --yes");
    let tag = shop.read("app/src/blog/tag.rs");
    assert!(tag.contains("use super::Post;\nuse crate::accounts::{Role, User};\n"), "{tag}");
    assert!(tag.contains("    #[has_many(public, key = tag)]\n    pub posts: HasMany<Post>,\n"), "{tag}");
    assert!(tag.contains("#[create(accept = [name, post])]") && tag.contains("#[update(accept = [name])]"), "{tag}");
    shop.done("add relationship Post tag:belongs_to:Tag:optional --yes");
    let text = shop.read(path);
    assert!(text.contains("use super::Tag;\n"), "{text}");
    assert!(
        text.contains("    #[belongs_to(public, on_delete = nilify)]\n    pub tag: Option<BelongsTo<Tag>>,\n}\n"),
        "{text}"
    );
    let told = shop.done("add relationship User tags:has_many:Tag:owner --yes");
    assert!(told.contains("`samara add relationship Tag owner:belongs_to:User`"), "{told}");
    assert!(shop.done("undo").contains("taken back: app/src/accounts/user.rs"));
    assert!(!shop.read("app/src/accounts/user.rs").contains("HasMany<Tag>"));
}

#[test]
fn a_generation_is_shown_asked_about_and_taken_back() {
    let shop = Shop::new();
    let seeds = shop.read("app/src/seeds.rs");
    let generate = "gen resource Badge title:string user:belongs_to:User";
    let shown = shop.done(&format!("{generate} --dry-run"));
    assert!(shown.contains("+++ b/app/src/blog/badge.rs") && shown.contains("nothing was written"), "{shown}");
    status(&shop.samara(&format!("{generate} --check")), 1);
    shop.refused(generate, "R0805", "`--yes`");
    assert!(!shop.at("app/src/blog/badge.rs").exists());
    shop.done(&format!("{generate} --yes"));
    assert!(shop.done(&format!("{generate} --yes")).contains("nothing has changed"));
    status(&shop.samara(&format!("{generate} --check")), 0);
    assert!(
        shop.done("undo").starts_with(
            "taken back: app/src/blog/badge.rs, app/src/blog.rs, app/src/seeds.rs, app/tests/it/badges.rs"
        )
    );
    assert!(!shop.at("app/src/blog/badge.rs").exists());
    assert_eq!(shop.read("app/src/seeds.rs"), seeds);
    shop.refused("undo", "R0808", "no change to take back");

    // What was edited by hand is asked about, and without a terminal a flag has to say it.
    shop.done(&format!("{generate} --yes"));
    let path = "app/src/blog/badge.rs";
    let made = shop.read(path);
    shop.edit(path, "/// One badge.", "/// What people earn.");
    shop.edit("app/src/blog.rs", "[Post, Badge]", "[Post]");
    let mine = shop.read(path);
    shop.refused("undo", "R0808", path);
    shop.refused(&format!("{generate} --yes"), "R0820", "`--edited keep`");
    assert!(!shop.read("app/src/blog.rs").contains("[Post, Badge]"));
    let shown = shop.done(&format!("{generate} --dry-run"));
    assert!(shown.contains("badge.rs is there with another text, and is asked about"), "{shown}");
    assert!(shown.contains("-/// What people earn.\n+/// One badge.\n"), "{shown}");
    let kept = shop.done(&format!("{generate} --edited keep --yes"));
    assert!(kept.contains("note: app/src/blog/badge.rs stays as it is"), "{kept}");
    assert!(shop.read("app/src/blog.rs").contains("[Post, Badge]") && shop.read(path) == mine);
    assert!(shop.done(&format!("{generate} --edited keep --check")).contains("nothing has changed"));
    shop.done(&format!("{generate} --edited replace --yes"));
    assert_eq!(shop.read(path), made);
    shop.done("undo");
    assert_eq!(shop.read(path), mine);
}

/// A new resource has a test that compiles, whatever other crates may name: where they cannot name its module or the app, the test stands in
/// its own source.
#[test]
fn a_test_is_where_it_can_name_what_it_tests() {
    for (path, from, to) in [
        ("app/src/lib.rs", "pub mod blog;", "mod blog;"),
        ("app/src/lib.rs", "pub App,", "pub(crate) App,"),
        ("app/src/lib.rs", "pub mod blog;", "mod blog;\npub use blog::Blog as B;"),
    ] {
        let shop = Shop::new();
        shop.edit(path, from, to);
        shop.done("gen resource Badge title:string --yes");
        assert!(!shop.at("app/tests/it/badges.rs").exists());
        let badge = shop.read("app/src/blog/badge.rs");
        let test = "#[cfg(test)]\nmod tests {\n    use samara::context::Actor;\n";
        assert!(badge.contains(test) && badge.contains("    use super::Badge;\n    use crate::App;\n"), "{badge}");
        assert!(!badge.contains("\n\n\n") && badge.ends_with("    }\n}\n"), "{badge}");
    }
    let shop = Shop::new();
    shop.done("gen resource Badge title:string --yes");
    assert!(shop.read("app/tests/it/badges.rs").contains("use shop::App;\nuse shop::blog::Badge;\n"));
    assert!(!shop.read("app/src/blog/badge.rs").contains("cfg(test)"));
}

#[test]
fn what_has_no_place_is_told_with_where_it_belongs() {
    let shop = Shop::new();
    fs::remove_file(shop.at("app/tests/it/main.rs")).unwrap();
    shop.edit("app/src/seeds.rs", "    Ok(())\n}\n\nasync fn posts", "    samara::Result::Ok(())\n}\n\nasync fn posts");
    let told = shop.done("gen resource Badge title:string user:belongs_to:User --yes");
    let test = "note: no test was written: there is no `tests/it/main.rs`; put this into app/tests/it/badges.rs, and `mod badges;` into a `main.rs` beside it:\n\n//! Badges.\n";
    assert!(told.contains(test) && told.contains("async fn badges_are_the_admins_alone"), "{told}");
    let seed = "note: no demo data was written: no `async fn seed` ends with `Ok(())`; put this where the app's is written, and call it: `badges(cx).await?`:\n\nuse crate::accounts::User;\nuse crate::blog::Badge;\n\nasync fn badges(cx: &Context)";
    assert!(told.contains(seed) && told.contains("Badge::create().title(\"Example\").user(user.id)"), "{told}");
}

/// The edits of one source are made together, whatever stands in it.
#[test]
fn an_app_in_one_source_is_edited_once() {
    let shop = Shop::new();
    for gone in ["app/src/blog.rs", "app/src/blog/post.rs", "app/src/seeds.rs", "app/tests/it/posts.rs"] {
        fs::remove_file(shop.at(gone)).unwrap();
    }
    fs::remove_dir(shop.at("app/src/blog")).unwrap();
    shop.edit("app/tests/it/main.rs", "mod posts;\n", "");
    shop.edit("app/src/lib.rs", "pub mod blog;\npub mod seeds;\n", "");
    shop.edit("app/src/lib.rs", "use blog::Blog;\n", "");
    let text = shop.read("app/src/lib.rs");
    let more = "\n/// What is written.\n#[domain(resources = [])]\npub struct Blog;\n\npub async fn seed(cx: &Context) -> Result<()> {\n    Ok(())\n}\n";
    fs::write(shop.at("app/src/lib.rs"), text + more).unwrap();
    shop.done("gen resource Badge title:string --yes");
    let text = shop.read("app/src/lib.rs");
    for there in ["\nmod badge;\n", "[Badge]", "    badges(cx).await?;\n    Ok(())\n", "async fn badges(cx"] {
        assert!(text.contains(there), "{there}: {text}");
    }
    assert!(shop.done("gen resource Badge title:string --yes").contains("nothing has changed"));
}

#[test]
fn resources_are_put_on_a_surface_with_what_it_needs() {
    let shop = Shop::with("none");
    shop.refused("add admin --yes", "R0804", "no resource of a domain is the app's actor");
    shop.refused("add graphql Pst Tag --yes", "R0804", "there is no resource `Tag`");
    let shop = Shop::with("auth");
    let whole = Shop::new();
    let paths = ["accounts/session.rs", "accounts/user.rs", "blog/post.rs"].map(|it| format!("app/src/{it}"));
    let told = shop.done("add graphql --yes");
    assert!(told.contains("`Session` is part of signing in and was left out; `samara add graphql Session` puts it in"));
    assert!(told.contains("next: samara codegen"), "{told}");
    shop.done("add admin --yes");
    for path in &paths {
        let columns = ["columns = [title, author, published,", "columns = [title, body, published, author,"];
        assert_eq!(shop.read(path), whole.read(path).replace(columns[0], columns[1]), "{path}");
    }
    let lib = shop.read("app/src/lib.rs");
    let admin = "    name = \"Shop\",\n    admin = |actor: Actor<User>| actor.role == Role::Admin,\n);";
    assert!(lib.contains(admin) && lib.contains("use crate::accounts::{Role, User};\n"), "{lib}");
    assert!(lib.contains("use samara::prelude::*;\n"), "{lib}");
    assert!(shop.done("add admin --yes").contains("nothing has changed"));
    status(&shop.samara("add graphql Post User --check"), 0);
    shop.done("undo");
    assert!(!shop.read("app/src/lib.rs").contains("admin ="));
    assert!(!shop.read(&paths[2]).contains("#[admin"));

    // A resource that nobody reads, of which no policy speaks, and that leads to one on no surface.
    let bare = "use samara::prelude::*;\n\nuse crate::accounts::Session;\n\n#[resource(table = \"notes\", timestamps = false)] // mine\npub struct Note {\n    #[id]\n    pub id: Uuid,\n    #[attribute(public)]\n    pub text: String,\n    #[attribute(public)]\n    pub more: Json,\n    #[belongs_to(public, on_delete = cascade)]\n    pub session: BelongsTo<Session>,\n}\n\n#[actions]\nimpl Note {\n    #[create(accept = [text])]\n    fn write();\n}\n";
    fs::write(shop.at("app/src/blog/note.rs"), bare).unwrap();
    shop.edit("app/src/blog.rs", "[Post]", "[Post, Note]");
    let told = shop.done("add graphql Note --yes");
    assert!(told.contains(
        "`Note.session` is public and leads to `Session`, which is on no surface: `samara add graphql Session`"
    ));
    let policies = "`Note` has no policies, so nobody may do anything with it; put this into app/src/blog/note.rs, and say who may do what:\n\n#[policies]\nimpl Note {";
    assert!(told.contains(policies), "{told}");
    let note = shop.read("app/src/blog/note.rs");
    assert!(note.contains("timestamps = false)] // mine\n#[graphql(type = \"Note\")]\npub struct"), "{note}");
    assert!(
        note.contains(
            "    #[read(primary, sort = [id], paginate(keyset, default = 50, max = 250))]\n    fn list();\n}"
        )
    );
    shop.done("add admin Note Note --yes");
    let note = shop.read("app/src/blog/note.rs");
    assert!(note.contains("\n#[admin(group = \"Blog\", columns = [text, session])]\npub struct"), "{note}");
}

#[test]
fn a_workspace_goes_over_to_postgres() {
    let (shop, other) = (Shop::new(), Shop::made(&["--database", "postgres"]));
    let told = shop.done("add postgres --yes");
    assert!(told.contains("next: samara setup") && told.contains("what is in the SQLite file stays there"), "{told}");
    for path in [".env", ".gitignore", "README.md", ".github/workflows/ci.yml", "Dockerfile"] {
        assert_eq!(shop.read(path), other.read(path), "{path}");
    }
    assert!(shop.done("add postgres --yes").contains("nothing has changed"));
    status(&shop.samara("add postgres --check"), 0);
    assert!(shop.done("undo").contains("taken back: .env, README.md"));
    assert!(!shop.at(".env").exists());

    // Settings of one's own: nothing else of them is changed, shown or left for others to read. Sources have no part in it.
    shop.edit("app/src/seeds.rs", "posts(cx).await?;", "posts(cx).await?");
    fs::write(shop.at(".env"), "SAMARA_SECRET=hidden\nDATABASE_URL=sqlite://var/mine.db\n").unwrap();
    fs::write(shop.at(".gitignore"), "/target").unwrap();
    fs::remove_file(shop.at(".github/workflows/ci.yml")).unwrap();
    let told = shop.done("add postgres --yes");
    assert_eq!(shop.read(".env"), "SAMARA_SECRET=hidden\nDATABASE_URL=postgres://localhost/shop\n");
    assert_eq!(shop.read(".gitignore"), "/target\n.env\n");
    assert!(!told.contains("hidden") && told.contains("apt-get install --yes postgresql"), "{told}");
    #[cfg(unix)]
    for path in [".env", ".samara/last.json"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(shop.at(path)).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
}

/// A folder that nobody can write to, the root user neither: a file stands where one of its folders would be.
#[test]
fn what_cannot_be_written_is_told_and_changes_nothing() {
    let shop = Shop::new();
    fs::write(shop.at(".samara"), "a file").unwrap();
    let before = shop.read("app/src/blog.rs");
    shop.refused("gen resource Badge title:string --yes", "R0713", ".samara");
    assert_eq!(shop.read("app/src/blog.rs"), before);
    assert!(!shop.at("app/src/blog/badge.rs").exists() && !shop.at("app/src/blog/badge.rs.new").exists());
}

#[test]
fn what_cannot_be_placed_or_read_changes_nothing() {
    let shop = Shop::new();
    shop.refused("gen resource badge --yes", "R0804", "how about `Badge`?");
    for (name, words) in [
        ("Error", "a word of Rust or of the framework"),
        ("Type", "a word of Rust or of the framework"),
        ("Gen", "a word of Rust or of the framework"),
        ("User", "there is a `User` already"),
        ("Blog", "there is a `Blog` already"),
        ("App", "there is a `App` already"),
        ("Badge --table users", "`User` lies in the table `users`"),
        ("Badge --table ../evil", "`../evil` is no name of a table"),
        ("Badge --table type", "`type` is no name of a table"),
    ] {
        shop.refused(&format!("gen resource {name} --yes"), "R0804", words);
    }
    shop.refused("gen resource Badge a:text a:text --yes", "R0804", "two fields `a`");
    shop.refused("gen resource Badge user:belongs_to:Usr --yes", "R0804", "which no domain lists");
    shop.refused("gen resource Badge --domain Shop --yes", "R0804", "there is Accounts, Blog");
    shop.refused("add action Post update 3d --yes", "R0804", "no name of a field");
    shop.refused("add action Pst update archive --yes", "R0804", "there is no resource `Pst`");
    shop.refused("add relationship Post title:string --yes", "R0804", "leads to no other resource");
    shop.refused("add strategy magic-link --user Person --yes", "R0804", "`--user User`");
    let said = said(&shop.samara("gen resource Badge title:strng"));
    assert!(said.contains("`strng` is no type of a field"), "{said}");

    // An actor without admins: nothing is written, and the text is told with where it belongs.
    shop.edit("app/src/accounts/user.rs", "    Admin,\n}", "    Chief,\n}");
    shop.refused("add strategy magic-link --yes", "R0804", "put this into app/src/accounts/magic_link.rs");
    shop.refused("gen resource Badge --yes", "R0804", "`--anyone`");

    // A second domain.
    fs::write(shop.at("app/src/desk.rs"), "#[samara::domain(resources = [])]\npub struct Desk;\n").unwrap();
    shop.refused("gen resource Badge --anyone --yes", "R0804", "`--domain Blog` or `--domain Desk`");

    // A domain that is not at the top of its file: the text is told with where it belongs.
    shop.edit("app/src/lib.rs", "domains = [Accounts, Blog]", "domains = [Accounts, Blog, Hidden]");
    let told = shop.samara("gen resource Badge title:string --anyone --yes");
    status(&told, 2);
    let told = crate::command::said(&told);
    assert!(told.contains("error[R0804]: the app lists the domain `Hidden`"), "{told}");
    assert!(
        told.contains("put this into app/src/badge.rs, as a module, and `Badge` into the list of a domain"),
        "{told}"
    );
    assert!(told.contains("#[resource(table = \"badges\")]\npub struct Badge {"), "{told}");

    // A resource without actions.
    let bare =
        "#[samara::resource(table = \"notes\")]\npub struct Note {\n    #[id]\n    pub id: samara::prelude::Uuid,\n}\n";
    fs::write(shop.at("app/src/note.rs"), bare).unwrap();
    shop.refused(
        "add action Note destroy drop_it --yes",
        "R0804",
        "#[actions]\nimpl Note {\n    /// Drop it.\n    #[destroy]\n    fn drop_it();\n}",
    );

    // Sources that are no Rust, or whose merge is not finished.
    shop.edit("app/src/seeds.rs", "posts(cx).await?;", "posts(cx).await?");
    fs::write(shop.at("app/src/blog.rs"), "<<<<<<< ours\n=======\n>>>>>>> theirs\n").unwrap();
    let broken = shop.samara("add action Post update archive --yes");
    status(&broken, 2);
    let said = crate::command::said(&broken);
    assert!(
        said.contains("error[R0803]: a merge is not finished") && said.contains(" --> app/src/blog.rs:1"),
        "{said}"
    );
    assert!(said.contains("error[R0803]: it is no Rust") && said.contains(" --> app/src/seeds.rs:11:"), "{said}");
}

#[test]
fn an_interrupted_generation_is_completed_by_the_next_run() {
    let shop = Shop::new();
    shop.done("gen resource Badge title:string --yes");
    let made = shop.read("app/src/blog.rs");
    fs::rename(shop.at(".samara/last.json"), shop.at(".samara/change.json")).unwrap();
    shop.edit("app/src/blog.rs", "mod badge;\n", "");
    shop.edit("app/src/blog.rs", "pub use badge::Badge;\n", "");
    shop.edit("app/src/blog.rs", "[Post, Badge]", "[Post]");
    let looked = shop.done("gen resource Badge title:string --dry-run");
    assert!(looked.contains("warning: a change of the sources was interrupted"), "{looked}");
    assert_ne!(shop.read("app/src/blog.rs"), made);
    let told = shop.done("gen resource Badge title:string --yes");
    assert!(told.contains("completed a change that was interrupted: app/src/blog/badge.rs"), "{told}");
    assert!(told.contains("nothing has changed"), "{told}");
    assert_eq!(shop.read("app/src/blog.rs"), made);
}

#[test]
fn a_code_is_explained_and_a_secret_is_new_each_time() {
    let shop = Shop::new();
    assert!(shop.done("explain r0706").starts_with("# R0706: "));
    shop.refused("explain R0799", "R0806", "near to yours are R07");
    let (one, other) = (shop.done("gen secret"), shop.done("gen secret"));
    assert!(one != other && one.trim().len() == 43, "{one}");
    assert!(shop.done("completions bash").contains("samara__subcmd__codegen"));
    let page = shop.done("man");
    assert!(page.starts_with(".ie \\n(.g") && page.contains(".TH samara 1") && page.contains("explain"), "{page}");
    assert!(shop.done("man db migrate").contains("Runs every pending migration"));
    shop.refused("man db migrat", "R0821", "there is create, migrate, rollback");
}

#[test]
fn sources_keep_their_comments_line_ends_and_order() {
    let shop = Shop::new();
    let path = "app/src/blog.rs";
    shop.edit(path, "mod post;", "// The heart of it.\nmod post;");
    shop.edit(path, "[Post]", "[\n    Post, // to be replaced\n]");
    shop.done("gen resource Badge title:string --yes");
    let text = shop.read(path);
    assert!(text.contains("mod badge;\n// The heart of it.\nmod post;\n"), "{text}");
    assert!(text.contains("Post, // to be replaced\n"), "{text}");
    shop.done("undo");
    let crlf = shop.read(path).replace('\n', "\r\n");
    fs::write(shop.at(path), &crlf).unwrap();
    shop.done("gen resource Badge title:string --yes");
    let text = shop.read(path);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    fs::write(shop.at(path), format!("\u{feff}{text}")).unwrap();
    shop.refused("gen resource Medal --yes", "R0803", "byte order mark");
}

#[test]
fn what_is_guarded_is_no_input_unless_somebody_says_so() {
    let shop = Shop::new();
    shop.done("add action User update edit --yes");
    let text = shop.read("app/src/accounts/user.rs");
    assert!(text.contains("#[update(accept = [display_name])]\n    fn edit();"), "{text}");
}
