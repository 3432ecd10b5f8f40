//! Mail by SMTP: whole, retried, and its secret gone once it has left or expired.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use samara::query::Query;
use samara::record::{Input, Record};
use samara::value::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::served::{Served, on_both_with};
use crate::support::sign_in;

/// A mail server that writes down what it is given.
#[derive(Clone, Default)]
struct Sink {
    mails: Arc<Mutex<Vec<String>>>,
    /// How many mails it refuses first, once it has read them.
    refuses: Arc<Mutex<usize>>,
    /// Whether it answers to a mail only when it is told to.
    slow: Arc<AtomicBool>,
    /// It has read a mail.
    read: Arc<Notify>,
    /// It may answer.
    go_on: Arc<Notify>,
}

impl Sink {
    /// Starts it; its address as `SAMARA_MAIL` holds it.
    async fn start(&self) -> &'static str {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let sink = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(sink.clone().talk(stream));
            }
        });
        url.leak()
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut mail = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        mail += &line;
                        mail.push('\n');
                    }
                    self.mails.lock().unwrap().push(mail);
                    self.read.notify_one();
                    if self.slow.load(Ordering::Relaxed) {
                        self.go_on.notified().await;
                    }
                    if self.refuse() { "451 later\r\n" } else { "250 taken\r\n" }
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 yes\r\n",
            };
            if write.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
        }
    }

    fn refuse(&self) -> bool {
        let mut left = self.refuses.lock().unwrap();
        let refuses = *left > 0;
        *left = left.saturating_sub(1);
        refuses
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_mail_leaves_whole_and_its_secret_goes() {
    let sink = Sink::default();
    let settings = [("SAMARA_MAIL", sink.start().await), ("SAMARA_MAIL_FROM", "hello@example.org")];
    on_both_with(&sign_in::application(), &settings, async |served| {
        sink.mails.lock().unwrap().clear();
        let browser = served.browser();
        assert_eq!(browser.submit("/sign-in", &[("email", "ada@example.org")]).await.status, 200);
        served.site.courier().deliver().await.unwrap();
        let mails = sink.mails();
        assert_eq!(mails.len(), 1);
        let mail = &mails[0];
        for part in
            ["From: hello@example.org", "To: ada@example.org", "multipart/alternative", "text/plain", "text/html"]
        {
            assert!(mail.contains(part), "{part}: {mail}");
        }
        let link =
            mail.lines().find(|it| it.starts_with(&served.base)).expect("the link, whole on its line").to_owned();
        assert_eq!(settled(&served).await, (Value::Null, "SENT".to_owned()));
        assert_eq!(browser.submit(link.strip_prefix(&served.base).unwrap(), &[]).await.status, 303);
        assert_eq!(browser.get("/dev/mailbox").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_tried_again() {
    let sink = Sink::default();
    let settings = [("SAMARA_MAIL", sink.start().await)];
    on_both_with(&sign_in::application(), &settings, async |served| {
        sink.mails.lock().unwrap().clear();
        *sink.refuses.lock().unwrap() = 1;
        assert_eq!(served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await.status, 200);
        served.site.courier().deliver().await.unwrap();
        assert_eq!(sink.mails().len(), 1);
        assert!(field(&served, "settled_at").await.is_null(), "it is still to be sent");
        let now = served.engine.system("a test looks").database_now().await.unwrap();
        let due = time(&served, "due_at").await;
        assert!(due > now && due <= now + chrono::TimeDelta::seconds(6), "{due}");
        make_due(&served).await;
        served.site.courier().deliver().await.unwrap();
        let mails = sink.mails();
        assert_eq!(mails.len(), 2);
        // Whoever gets it twice after all can tell.
        let id = |mail: &String| mail.lines().find(|it| it.starts_with("Message-ID: <")).unwrap().to_owned();
        assert_eq!(id(&mails[0]), id(&mails[1]));
        assert_eq!(settled(&served).await, (Value::Null, "SENT".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_mail_on_its_way_is_its_senders_alone_and_is_not_cut_off() {
    let sink = Sink::default();
    let settings = [("SAMARA_MAIL", sink.start().await)];
    on_both_with(&sign_in::application(), &settings, async |mut served| {
        sink.mails.lock().unwrap().clear();
        sink.slow.store(true, Ordering::Relaxed);
        served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        sink.read.notified().await;
        let now = served.engine.system("a test looks").database_now().await.unwrap();
        assert!(time(&served, "due_at").await > now + chrono::TimeDelta::seconds(30), "longer than an attempt takes");
        let other = Served::start(served.engine.clone(), &settings).await;
        other.site.courier().deliver().await.unwrap();
        served.site.courier().stop();
        sink.slow.store(false, Ordering::Relaxed);
        sink.go_on.notify_one();
        served.without_courier().await;
        assert_eq!(sink.mails().len(), 1);
        assert_eq!(settled(&served).await, (Value::Null, "SENT".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn the_oldest_mail_leaves_first() {
    let sink = Sink::default();
    let settings = [("SAMARA_MAIL", sink.start().await)];
    on_both_with(&sign_in::application(), &settings, async |mut served| {
        sink.mails.lock().unwrap().clear();
        served.without_courier().await;
        let addresses = ["ada@example.org", "bob@example.org", "eve@example.org"];
        for address in addresses {
            served.browser().submit("/sign-in", &[("email", address)]).await;
        }
        let other = Served::start(served.engine.clone(), &settings).await;
        other.site.courier().deliver().await.unwrap();
        let to = |mail: &String| mail.lines().find_map(|it| it.strip_prefix("To: ").map(str::to_owned)).unwrap();
        assert_eq!(sink.mails().iter().map(to).collect::<Vec<_>>(), addresses);
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_was_never_sent_goes_when_it_expires() {
    let settings = [("SAMARA_ENV", "prod"), ("SAMARA_SECRET", "0123456789abcdef"), ("SAMARA_REGISTRATION", "open")];
    on_both_with(&sign_in::expired(), &settings, async |served| {
        served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        served.site.courier().deliver().await.unwrap();
        assert_eq!(settled(&served).await, (Value::Null, "EXPIRED".to_owned()));
    })
    .await;
}

/// What is kept of the secret of the one mail there is, and what became of it.
async fn settled(served: &Served) -> (Value, String) {
    let outcome = field(served, "outcome").await.as_text().unwrap().to_owned();
    (field(served, "secret").await, outcome)
}

async fn time(served: &Served, name: &str) -> samara::value::DateTimeUtc {
    match field(served, name).await {
        Value::Timestamp(it) => it,
        other => panic!("{other:?}"),
    }
}

/// An attribute of the one mail there is.
async fn field(served: &Served, name: &str) -> Value {
    let mail = only(served).await;
    let (index, _) = served.engine.app().resource(mail.resource).attribute(name).unwrap();
    mail.attributes[usize::from(index)].value().unwrap().clone()
}

/// As if the pause before the next attempt were over.
async fn make_due(served: &Served) {
    let mail = only(served).await;
    let cx = served.engine.system("a test lets time pass");
    let due = cx.database_now().await.unwrap() - chrono::TimeDelta::seconds(1);
    let input = Input::new().with("due_at", Value::Timestamp(due));
    cx.update(mail.resource, "claim", mail.id(served.engine.app()).unwrap(), input).await.unwrap();
}

async fn only(served: &Served) -> Record {
    let resource = served.engine.app().find("OutboxMail").unwrap();
    let mut mails = served.engine.system("a test looks").read(Query::unrestricted(resource)).await.unwrap().records;
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}
