//! Mail by SMTP: whole, retried, and its secret gone once it has left or expired.

use std::sync::{Arc, Mutex};

use samara::query::Query;
use samara::record::Input;
use samara::value::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::served::{Served, on_both_with};
use crate::support::sign_in;

/// A mail server that writes down what it takes.
#[derive(Clone, Default)]
struct Sink {
    mails: Arc<Mutex<Vec<String>>>,
    /// How many mails it refuses first.
    refuses: Arc<Mutex<usize>>,
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
                "MAIL" if self.refuse() => "451 later\r\n",
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
                    "250 taken\r\n"
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
        let rows = format!("{:?}", rows(&served).await);
        assert!(!rows.contains("ml_") && rows.contains("SENT"), "{rows}");
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
        assert_eq!(sink.mails().len(), 0);
        let waiting = rows(&served).await.remove(0);
        assert!(format!("{waiting:?}").contains("ml_"), "it is still to be sent");
        // As if the pause before the second attempt were over.
        let cx = served.engine.system("a test lets time pass");
        let due = Value::Timestamp(cx.database_now().await.unwrap() - chrono::TimeDelta::seconds(1));
        let input = Input::new().with("due_at", due).with("attempts", Value::Int(1));
        let id = waiting.id(served.engine.app()).unwrap();
        cx.update(waiting.resource, "claim", id, input).await.unwrap();
        served.site.courier().deliver().await.unwrap();
        assert_eq!(sink.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_was_never_sent_goes_when_it_expires() {
    let settings = [("SAMARA_ENV", "prod"), ("SAMARA_SECRET", "0123456789abcdef"), ("SAMARA_REGISTRATION", "open")];
    on_both_with(&sign_in::with_lifetime(0), &settings, async |served| {
        served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        served.site.courier().deliver().await.unwrap();
        let rows = format!("{:?}", rows(&served).await);
        assert!(!rows.contains("ml_") && rows.contains("EXPIRED"), "{rows}");
    })
    .await;
}

async fn rows(served: &Served) -> Vec<samara::record::Record> {
    let resource = served.engine.app().find("OutboxMail").unwrap();
    served.engine.system("a test looks").read(Query::new(resource)).await.unwrap().records
}
